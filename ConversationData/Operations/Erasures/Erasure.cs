namespace ConversationData.Operations.Erasures;

/// <summary>A lead that was erased. A restore brings back what was erased after its backup; with a copy of this ledger it goes again.</summary>
public sealed class Erasure
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; set; }

    /// <summary>SHA-256 of the address: enough to know it again, and nothing else. One row an address.</summary>
    public byte[] AddressHash { get; set; } = [];

    /// <summary>What came before this is gone; the last time where it was more than once.</summary>
    public DateTimeOffset ErasedAt { get; set; }

    /// <summary>The name of the key that asked for it.</summary>
    public string ErasedBy { get; set; } = "";

    /// <summary>JSON object: how many rows were removed.</summary>
    public string Counts { get; set; } = "{}";
}
