using System.Text.Json.Serialization;
using ConversationApi.Messages;
using ConversationData.Suggestions;

namespace ConversationApi.Suggestions;

/// <summary>A drafted reply as the API shows it.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="ConversationId">The conversation it is for.</param>
/// <param name="InReplyToMessageId">The message it answers.</param>
/// <param name="SuggestedContent">The draft as text.</param>
/// <param name="SuggestedHtmlContent">The draft as HTML.</param>
/// <param name="ConfidenceScore">0 to 1. Of a local draft: how similar the message is whose answer it was drawn from. Of a chat model: what the model says of itself, which is no measurement. Null where the model says nothing.</param>
/// <param name="SentimentAnalysis">How the lead seems to feel, as a chat model sees it; null for local drafts.</param>
/// <param name="ContextUsed">What it was made from: messages, similar messages with their answers, tone, length.</param>
/// <param name="ModelUsed">Name of the model; local where there is none.</param>
/// <param name="TokensUsed">Tokens read and written.</param>
/// <param name="GenerationCost">In US dollars, where prices are configured.</param>
/// <param name="Status">pending, approved, rejected or edited.</param>
/// <param name="UserFeedback">Why it was rejected.</param>
/// <param name="EditedContent">What was sent instead.</param>
/// <param name="ApprovedAt">When it was approved.</param>
/// <param name="ApprovedBy">The name of the key that approved it.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UpdatedAt">When it last changed.</param>
public sealed record SuggestionView(
    Guid Id, Guid ConversationId, Guid InReplyToMessageId, string SuggestedContent, string? SuggestedHtmlContent, double? ConfidenceScore, RawJson? SentimentAnalysis,
    RawJson? ContextUsed, string ModelUsed, int? TokensUsed, decimal? GenerationCost, SuggestionStatus Status, string? UserFeedback, string? EditedContent,
    DateTime? ApprovedAt, string? ApprovedBy, DateTime CreatedAt, DateTime UpdatedAt);

/// <summary>Some of a conversation's suggestions.</summary>
/// <param name="Items">At most as many as asked for.</param>
/// <param name="NextCursor">What to send as <c>cursor</c> for the next page; null on the last one.</param>
/// <param name="GivenUp">Messages that no reply could be drafted to, the latest first, at most 100; only on the first page.</param>
public sealed record SuggestionPage(IReadOnlyList<SuggestionView> Items, string? NextCursor, IReadOnlyList<GivenUpDraft> GivenUp);

/// <summary>A draft that was given up.</summary>
/// <param name="InReplyToMessageId">The message that it would have answered.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Reason">Why the last attempt failed.</param>
/// <param name="FailedAt">When it was given up.</param>
public sealed record GivenUpDraft(Guid InReplyToMessageId, int Attempts, string? Reason, DateTime FailedAt);

/// <summary>A suggestion that was approved, and the mail that goes out for it.</summary>
/// <param name="Suggestion">As it is now.</param>
/// <param name="Message">The mail that is queued.</param>
public sealed record ApprovedSuggestion(SuggestionView Suggestion, Delivery.QueuedMessage Message);

/// <summary>Says yes to a suggestion.</summary>
/// <param name="EditedContent">What to send instead of the draft; the draft itself without it.</param>
public sealed record Approval(string? EditedContent);

/// <summary>Says no to a suggestion.</summary>
/// <param name="Reason">Why, at most 2,000 characters.</param>
public sealed record Rejection(string? Reason);

/// <summary>A draft that was asked for.</summary>
/// <param name="ConversationId">The conversation it is for.</param>
/// <param name="InReplyToMessageId">The message that it will answer.</param>
public sealed record RequestedSuggestion(Guid ConversationId, Guid InReplyToMessageId);

internal sealed class SuggestionStatusConverter() : JsonStringEnumConverter<SuggestionStatus>(System.Text.Json.JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
