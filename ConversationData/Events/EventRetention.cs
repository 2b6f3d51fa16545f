namespace ConversationData.Events;

/// <summary>How far events were pruned: one row. Who prunes holds its lock, so that one does it at a time.</summary>
public sealed class EventRetention
{
    /// <summary>Always true: there is one row.</summary>
    public bool Id { get; set; }

    /// <summary>The transaction of the last event that was pruned; 0 before the first.</summary>
    public ulong TransactionId { get; set; }

    /// <summary>Its place in the transaction.</summary>
    public long Position { get; set; }
}
