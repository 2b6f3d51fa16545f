namespace ConversationData.History;

/// <summary>A row as it was before an UPDATE or DELETE; written by triggers, read for putting one conversation back.</summary>
public sealed class RowVersion
{
    /// <summary>Grows with every recorded change.</summary>
    public long VersionNumber { get; set; }

    /// <summary>When the change was made; the partition key. The moment that counts is <c>history.committed_at(...)</c>.</summary>
    public DateTimeOffset RecordedAt { get; set; }

    /// <summary>conversations, conversation_messages or ai_suggestions.</summary>
    public string TableName { get; set; } = "";

    /// <summary>The row's id.</summary>
    public Guid RowId { get; set; }

    /// <summary>The conversation that the row belonged to.</summary>
    public Guid ConversationId { get; set; }

    /// <summary>UPDATE or DELETE.</summary>
    public string Operation { get; set; } = "";

    /// <summary>The old row as a JSON object, without columns that follow from others.</summary>
    public string OldRow { get; set; } = "{}";

    /// <summary>The transaction, whose commit time <c>track_commit_timestamp</c> keeps.</summary>
    public ulong TransactionId { get; set; }

    /// <summary>The role that was logged in.</summary>
    public string RoleName { get; set; } = "";
}
