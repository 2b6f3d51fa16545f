namespace ConversationData.Ingestion;

/// <summary>Mail that could not be read or stored, kept as it came.</summary>
public sealed class SetAsideMail
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; set; }

    /// <summary>Who brought it: postmark or gmail.</summary>
    public string Source { get; set; } = "";

    /// <summary>SHA-256 of what came; the same mail is kept once.</summary>
    public byte[] Fingerprint { get; set; } = [];

    /// <summary>The source's own id of it, where that is known.</summary>
    public string? ExternalId { get; set; }

    /// <summary>The type of the problem.</summary>
    public string ProblemType { get; set; } = "";

    /// <summary>The problem in words.</summary>
    public string Reason { get; set; } = "";

    /// <summary>What came, or its beginning.</summary>
    public byte[] Body { get; set; } = [];

    /// <summary>How many bytes came; more than <see cref="Body"/> has where only its beginning was kept.</summary>
    public long BodyLength { get; set; }

    /// <summary>Addresses that occur in it, lower case: whoever asks what is held of them is told of it.</summary>
    public string[] Addresses { get; set; } = [];

    /// <summary>How often it came or was tried.</summary>
    public int Attempts { get; set; }

    /// <summary>When it came first.</summary>
    public DateTimeOffset ReceivedAt { get; set; }

    /// <summary>When it came or was tried last.</summary>
    public DateTimeOffset LastAttemptAt { get; set; }
}
