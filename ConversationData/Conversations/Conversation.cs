namespace ConversationData.Conversations;

/// <summary>One exchange of mail with one lead.</summary>
public sealed class Conversation
{
    /// <summary>UUIDv7; its time is <see cref="CreatedAt"/>, so ordering by id is ordering by creation.</summary>
    public Guid Id { get; set; }

    /// <summary>The lead's number in the system that leads come from, if it is known.</summary>
    public long? LeadId { get; set; }

    /// <summary>Lower case, at most 320 characters; null when the mail named no sender. Replies go here and nowhere else.</summary>
    public string? LeadEmail { get; set; }

    /// <summary>The lead's display name.</summary>
    public string? LeadName { get; set; }

    /// <summary>Subject of the first message, at most 998 characters.</summary>
    public string Subject { get; set; } = "";

    /// <summary>Where the conversation stands.</summary>
    public ConversationStatus Status { get; set; }

    /// <summary>Number of messages; kept in the transaction that stores them.</summary>
    public int MessageCount { get; set; }

    /// <summary>Number of suggestions that nobody decided about; a trigger keeps it.</summary>
    public int PendingSuggestions { get; set; }

    /// <summary>Latest <c>sent_at</c> of its messages.</summary>
    public DateTimeOffset LastMessageAt { get; set; }

    /// <summary>Latest <c>sent_at</c> of inbound messages.</summary>
    public DateTimeOffset? LastInboundAt { get; set; }

    /// <summary>Latest <c>sent_at</c> of outbound messages; null means that we never wrote.</summary>
    public DateTimeOffset? LastOutboundAt { get; set; }

    /// <summary>Set exactly while the status is archived.</summary>
    public DateTimeOffset? ArchivedAt { get; set; }

    /// <summary>When the conversation was made here, in milliseconds.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When anything in this row last changed.</summary>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Starts at 1 and grows with every change; the entity tag.</summary>
    public long Version { get; set; } = 1;

    /// <summary>When the row was inserted, by the database's clock; -infinity where that was not recorded yet. Row history goes by it.</summary>
    public DateTimeOffset InsertedAt { get; set; }

    /// <summary>The transaction that inserted the row, whose commit time <c>track_commit_timestamp</c> keeps.</summary>
    public ulong? InsertedIn { get; set; }
}
