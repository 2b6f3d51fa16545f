namespace ConversationApi.Search.Models;

/// <summary>What a model may make a vector of.</summary>
/// <param name="MessageId">The message.</param>
/// <param name="Text">What somebody wrote.</param>
/// <param name="Terms">Its words' stems.</param>
/// <param name="Counts">How often each occurs.</param>
internal sealed record IndexedText(Guid MessageId, string Text, string[] Terms, int[] Counts);
