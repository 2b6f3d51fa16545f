namespace ConversationData.Connections;

/// <summary>
/// Nobody knows whether a transaction will still be there after a failover: the connection broke during the commit, the server stopped
/// waiting for its standby, or it has not answered yet. The same request again, with the same key, finds out.
/// </summary>
/// <param name="message">What happened.</param>
/// <param name="innerException">The broken connection, if that was it.</param>
public sealed class CommitInDoubtException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>The commit that is still unanswered, and its connection in use; null when there was an answer or will be none.</summary>
    public Task? Answer { get; init; }
}
