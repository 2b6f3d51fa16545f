namespace ConversationApi.Statistics;

/// <summary>Figures, each measured; null where there is nothing to measure.</summary>
/// <param name="AsOf">When they were measured.</param>
/// <param name="Since">From when on mail and decisions count: a week before.</param>
/// <param name="Conversations">How many stand where, now.</param>
/// <param name="Messages">Mail of the week.</param>
/// <param name="ResponseTime">How long leads waited for an answer to mail of the week.</param>
/// <param name="Suggestions">What became of drafts.</param>
/// <param name="OldestWaiting">The conversation that has needed a reply for the longest; null when none does.</param>
public sealed record StatisticsView(
    DateTime AsOf, DateTime Since, ConversationCounts Conversations, MessageCounts Messages, ResponseTime ResponseTime, SuggestionCounts Suggestions, OldestWaiting? OldestWaiting);

/// <summary>Conversations by status.</summary>
/// <param name="Active">Active.</param>
/// <param name="NeedsReply">Somebody waits for us.</param>
/// <param name="Waiting">We wait for somebody.</param>
/// <param name="Archived">Put away.</param>
public sealed record ConversationCounts(long Active, long NeedsReply, long Waiting, long Archived);

/// <summary>Mail by direction.</summary>
/// <param name="Received">Mail that came in, by its own date.</param>
/// <param name="Sent">Mail of ours that was delivered to the provider, by its date.</param>
public sealed record MessageCounts(long Received, long Sent);

/// <summary>From each message that came in within the week to the first of ours that was sent after it.</summary>
/// <param name="Answered">How many messages were answered: as many were measured.</param>
/// <param name="MedianSeconds">Half of them waited no longer.</param>
/// <param name="MeanSeconds">Their mean.</param>
public sealed record ResponseTime(long Answered, double? MedianSeconds, double? MeanSeconds);

/// <summary>Drafts.</summary>
/// <param name="Pending">Nobody decided yet, whatever their age.</param>
/// <param name="Approved">Sent as they were, this week.</param>
/// <param name="Edited">Sent with changes, this week.</param>
/// <param name="Rejected">Not sent, this week: turned down, replaced by another, or retired by a reply by hand.</param>
/// <param name="Acceptance">What part of those decided this week was sent, 0 to 1.</param>
public sealed record SuggestionCounts(long Pending, long Approved, long Edited, long Rejected, double? Acceptance);

/// <summary>A conversation that needs a reply.</summary>
/// <param name="ConversationId">Its id.</param>
/// <param name="LastMessageAt">The time of its last message: nothing happened since.</param>
public sealed record OldestWaiting(Guid ConversationId, DateTime LastMessageAt);
