namespace ConversationApi.Suggestions.Drafting;

/// <summary>A reply that a machine wrote.</summary>
/// <param name="Content">Plain text.</param>
/// <param name="Confidence">0 to 1, or null.</param>
/// <param name="Sentiment">JSON object, or null.</param>
/// <param name="Context">JSON object: what it was made from.</param>
/// <param name="Model">The model's name.</param>
/// <param name="Tokens">Tokens read and written, if they were counted.</param>
/// <param name="Cost">In US dollars, if prices are known.</param>
internal sealed record Draft(string Content, double? Confidence, string? Sentiment, string Context, string Model, int? Tokens, decimal? Cost);
