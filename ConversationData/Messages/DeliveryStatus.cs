namespace ConversationData.Messages;

/// <summary>How far an outbound message got; the PostgreSQL type is <c>delivery_status</c>.</summary>
public enum DeliveryStatus
{
    /// <summary>Committed, not yet taken by a sender.</summary>
    Queued,

    /// <summary>A sender has it; whether the provider has it too is not known.</summary>
    Sending,

    /// <summary>The provider accepted it.</summary>
    Sent,

    /// <summary>Given up, with a reason.</summary>
    Failed,
}
