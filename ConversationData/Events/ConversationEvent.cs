using ConversationData.Conversations;

namespace ConversationData.Events;

/// <summary>
/// Something that clients are told. Written in the transaction that made it happen; read in the order of transactions, and only below the
/// oldest one that still runs, so that nothing appears behind a reader.
/// </summary>
public sealed class ConversationEvent
{
    /// <summary>Order within a transaction.</summary>
    public long Position { get; set; }

    /// <summary>The transaction that wrote it.</summary>
    public ulong TransactionId { get; set; }

    /// <summary>What happened.</summary>
    public ConversationEventKind Kind { get; set; }

    /// <summary>To which conversation.</summary>
    public Guid ConversationId { get; set; }

    /// <summary>The message that it is about.</summary>
    public Guid? MessageId { get; set; }

    /// <summary>The suggestion that it is about.</summary>
    public Guid? SuggestionId { get; set; }

    /// <summary>Where the conversation stands after it, if that changed.</summary>
    public ConversationStatus? Status { get; set; }

    /// <summary>Why, for what failed.</summary>
    public string? Reason { get; set; }

    /// <summary>When it happened.</summary>
    public DateTimeOffset CreatedAt { get; set; }
}
