namespace ConversationData.Messages;

/// <summary>Who wrote; the PostgreSQL type is <c>message_direction</c>.</summary>
public enum MessageDirection
{
    /// <summary>From outside.</summary>
    Inbound,

    /// <summary>From us.</summary>
    Outbound,
}
