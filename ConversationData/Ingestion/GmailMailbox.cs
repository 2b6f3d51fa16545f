namespace ConversationData.Ingestion;

/// <summary>How far a Gmail mailbox was read. Moves on only when the mail up to there is stored.</summary>
public sealed class GmailMailbox
{
    /// <summary>Its address, or <c>me</c>.</summary>
    public string Mailbox { get; set; } = "";

    /// <summary>Changes up to here are read; null before the mailbox was listed whole.</summary>
    public long? HistoryId { get; set; }

    /// <summary>When that last moved on.</summary>
    public DateTimeOffset? HistoryAt { get; set; }

    /// <summary>While the mailbox is being listed: where it stood when that began.</summary>
    public long? ListingFrom { get; set; }

    /// <summary>While the mailbox is being listed: what is asked for.</summary>
    public string? ListingQuery { get; set; }

    /// <summary>The process that reads it.</summary>
    public Guid? ClaimedBy { get; set; }

    /// <summary>From then on another may.</summary>
    public DateTimeOffset ClaimedUntil { get; set; }

    /// <summary>When all there was had been read.</summary>
    public DateTimeOffset? LastSyncedAt { get; set; }

    /// <summary>Why the last attempt failed; null when it did not.</summary>
    public string? LastError { get; set; }

    /// <summary>When that was.</summary>
    public DateTimeOffset? LastErrorAt { get; set; }

    /// <summary>Messages that are known to be there and are not read yet.</summary>
    public int MessagesWaiting { get; set; }
}
