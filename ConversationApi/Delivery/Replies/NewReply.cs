namespace ConversationApi.Delivery.Replies;

/// <summary>What to answer the lead.</summary>
/// <param name="Content">Plain text.</param>
/// <param name="HtmlContent">The same as HTML.</param>
public sealed record NewReply(string? Content, string? HtmlContent);
