namespace ConversationData.Work;

/// <summary>
/// Something to do with a message, committed together with it and deleted when it is done. No foreign key: a message that is gone
/// takes its work with it when that is claimed.
/// </summary>
public sealed class MessageWork
{
    /// <summary>The message.</summary>
    public Guid MessageId { get; set; }

    /// <summary>What to do.</summary>
    public WorkKind Kind { get; set; }

    /// <summary>The conversation of the message when the work was made; it may have merged since.</summary>
    public Guid ConversationId { get; set; }

    /// <summary>Nobody takes it before. Whoever takes it moves this to the end of its lease, so that work of a dead worker comes back.</summary>
    public DateTimeOffset NotBefore { get; set; }

    /// <summary>How often it was taken.</summary>
    public int Attempts { get; set; }

    /// <summary>Who took it last; only that one may say how it went.</summary>
    public Guid? ClaimedBy { get; set; }

    /// <summary>An attempt began that may have had its effect elsewhere, and nobody knows: look before doing it again.</summary>
    public bool InDoubt { get; set; }

    /// <summary>JSON object: how it is to be done.</summary>
    public string? Options { get; set; }

    /// <summary>Why the last attempt failed.</summary>
    public string? LastError { get; set; }

    /// <summary>When it was given up; it stays for a person to look at.</summary>
    public DateTimeOffset? FailedAt { get; set; }

    /// <summary>When it was asked for.</summary>
    public DateTimeOffset CreatedAt { get; set; }
}
