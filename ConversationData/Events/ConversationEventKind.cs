namespace ConversationData.Events;

/// <summary>What happened to a conversation; the PostgreSQL type is <c>conversation_event_kind</c>.</summary>
public enum ConversationEventKind
{
    /// <summary>Mail came in.</summary>
    NewReply,

    /// <summary>A reply was drafted.</summary>
    SuggestionReady,

    /// <summary>The provider took a message.</summary>
    Sent,

    /// <summary>A message could not be delivered.</summary>
    Failed,

    /// <summary>The conversation stands elsewhere now.</summary>
    Status,
}
