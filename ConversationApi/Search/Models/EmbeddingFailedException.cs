namespace ConversationApi.Search.Models;

/// <summary>A provider did not make vectors.</summary>
/// <param name="message">Why, without what was sent or any secret.</param>
/// <param name="passing">Whether it may succeed later.</param>
/// <param name="perhapsOneText">Whether one of several texts may be why, though it looks passing.</param>
/// <param name="after">What the provider said how long to wait.</param>
/// <param name="innerException">What happened.</param>
internal sealed class EmbeddingFailedException(string message, bool passing, bool perhapsOneText = false, TimeSpan? after = null, Exception? innerException = null) : Exception(message, innerException)
{
    public bool Passing { get; } = passing;

    public bool PerhapsOneText { get; } = perhapsOneText;

    public TimeSpan? After { get; } = after;
}
