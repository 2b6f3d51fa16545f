namespace ConversationData.Conversations;

/// <summary>Where a conversation stands; the PostgreSQL type is <c>conversation_status</c>.</summary>
public enum ConversationStatus
{
    /// <summary>Open, nobody is waited for: reopened by hand.</summary>
    Active,

    /// <summary>The lead wrote last.</summary>
    NeedsReply,

    /// <summary>We wrote last.</summary>
    Waiting,

    /// <summary>Put away; the next inbound message brings it back.</summary>
    Archived,
}
