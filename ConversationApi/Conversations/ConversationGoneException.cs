namespace ConversationApi.Conversations;

/// <summary>There is no such conversation (any more): it never was, was deleted, or was merged into another.</summary>
/// <param name="id">The id that was asked for.</param>
internal sealed class ConversationGoneException(Guid id) : Exception($"There is no conversation {id}.")
{
    public Guid Id { get; } = id;
}
