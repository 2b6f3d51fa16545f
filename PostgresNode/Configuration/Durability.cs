namespace PostgresNode.Configuration;

/// <summary>What a commit waits for.</summary>
internal enum Durability
{
    /// <summary>The primary's own disk. A failover may lose the last moments.</summary>
    Asynchronous,

    /// <summary>The primary's disk and that of any one replica.</summary>
    Synchronous,
}
