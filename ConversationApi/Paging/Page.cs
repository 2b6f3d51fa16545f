namespace ConversationApi.Paging;

/// <summary>Some of many.</summary>
/// <param name="Items">At most as many as asked for; fewer where they are large, even if there are more.</param>
/// <param name="NextCursor">What to send as <c>cursor</c> for the next page; null on the last one.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);
