namespace ConversationApi.Gmail;

/// <summary>How far a Gmail mailbox is read.</summary>
/// <param name="Mailbox">Its address; me for that of the user who agreed.</param>
/// <param name="HistoryId">Changes up to here are read, in Gmail's numbers; null before all of it was.</param>
/// <param name="HistoryAt">When that last moved on.</param>
/// <param name="IsListing">Whether the whole of it is being read at present, as at first and after a long absence.</param>
/// <param name="MessagesWaiting">Messages that are known to be there and are not read yet.</param>
/// <param name="LastSyncedAt">When all there was had been read.</param>
/// <param name="LastError">Why the last attempt failed; null when it did not.</param>
/// <param name="LastErrorAt">When that was.</param>
/// <param name="IsBeingRead">Whether some replica reads it: else none is configured to, or they are all away.</param>
public sealed record GmailMailboxView(
    string Mailbox, long? HistoryId, DateTime? HistoryAt, bool IsListing, int MessagesWaiting, DateTime? LastSyncedAt, string? LastError, DateTime? LastErrorAt, bool IsBeingRead);
