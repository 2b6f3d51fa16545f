namespace ConversationData.Operations.Keys;

/// <summary>A key to the API. The key itself is shown once and never stored.</summary>
public sealed class ApiKey
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; set; }

    /// <summary>What it is for, in its owner's words; at most 200 characters.</summary>
    public string Name { get; set; } = "";

    /// <summary>SHA-256 of the key.</summary>
    public byte[] KeyHash { get; set; } = [];

    /// <summary>What it may do; each scope contains the ones before it.</summary>
    public ApiScope Scope { get; set; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>From then on it is refused; null means never.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>Since then it is refused; never taken back.</summary>
    public DateTimeOffset? RevokedAt { get; set; }
}
