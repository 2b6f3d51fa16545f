using ConversationData.Conversations;

namespace ConversationApi.Events;

/// <summary>What an event says: the <c>data</c> of new_reply, suggestion_ready, sent, failed and status.</summary>
/// <param name="ConversationId">The conversation that it happened to.</param>
/// <param name="MessageId">The message that it is about.</param>
/// <param name="SuggestionId">The suggestion that it is about.</param>
/// <param name="Status">Where the conversation stands after it, if that changed.</param>
/// <param name="Reason">Why, for what failed. Of a status: "merged into ID" for a conversation that is gone, which redirects; "merged" for the one that it went up in; "linked" and "unlinked" where its links changed.</param>
/// <param name="CreatedAt">When it happened.</param>
public sealed record EventView(Guid ConversationId, Guid? MessageId, Guid? SuggestionId, ConversationStatus? Status, string? Reason, DateTime CreatedAt);

/// <summary>The <c>data</c> of reset: events were missed.</summary>
/// <param name="Reason">Why, and what to do.</param>
public sealed record ResetView(string Reason);
