namespace ConversationData.Idempotency;

/// <summary>A request that was done under a key of its client's choice, and what was answered: the same request again gets the same answer and does nothing.</summary>
public sealed class IdempotencyKey
{
    /// <summary>The name of the API key that the request came with.</summary>
    public string Owner { get; set; } = "";

    /// <summary>What the client sent as Idempotency-Key; 1 to 200 characters.</summary>
    public string Key { get; set; } = "";

    /// <summary>SHA-256 over method, path and body: a key stands for one request.</summary>
    public byte[] RequestHash { get; set; } = [];

    /// <summary>The answer's status; null only inside the transaction that does the work.</summary>
    public short? StatusCode { get; set; }

    /// <summary>The answer's body, byte for byte; null when it had none, or when what it shows was erased.</summary>
    public string? Response { get; set; }

    /// <summary>The conversation that it was about, so that erasing a lead finds what the answer says of it.</summary>
    public Guid? Resource { get; set; }

    /// <summary>The version in the answer's entity tag.</summary>
    public long? Version { get; set; }

    /// <summary>When it was done; it is forgotten some days later.</summary>
    public DateTimeOffset CreatedAt { get; set; }
}
