namespace ConversationApi.Suggestions.Drafting;

/// <summary>A provider drafted nothing.</summary>
/// <param name="message">Why, without what was sent or any secret.</param>
/// <param name="passing">Whether it will succeed once the provider is well again. Else it has answered, and may answer the same for ever.</param>
/// <param name="after">What the provider said how long to wait.</param>
/// <param name="innerException">What happened.</param>
internal sealed class DraftFailedException(string message, bool passing, TimeSpan? after = null, Exception? innerException = null) : Exception(message, innerException)
{
    public bool Passing { get; } = passing;

    public TimeSpan? After { get; } = after;
}
