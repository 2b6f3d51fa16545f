namespace ConversationApi.Gmail;

/// <summary>How far a mailbox was read.</summary>
/// <param name="HistoryId">Changes up to here are read; null before the mailbox was listed.</param>
/// <param name="ListingFrom">Where it stood when the listing began that is going on.</param>
/// <param name="ListingQuery">What is listed.</param>
/// <param name="LastSyncedAt">When all there was had been read.</param>
internal sealed record GmailState(long? HistoryId, long? ListingFrom, string? ListingQuery, DateTimeOffset? LastSyncedAt);
