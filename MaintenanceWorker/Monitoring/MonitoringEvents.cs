namespace MaintenanceWorker.Monitoring;

/// <summary>Ids of what monitoring logs. They are promised: searches and alerts of others rest on them.</summary>
internal static class MonitoringEvents
{
    /// <summary>A server lets the worker in no more, or never did.</summary>
    public const int ServerLost = 2101;

    /// <summary>A server lets the worker in, for the first time or again.</summary>
    public const int ServerReached = 2102;

    /// <summary>Some numbers of a server cannot be collected.</summary>
    public const int GroupFailed = 2103;

    /// <summary>They can be collected again.</summary>
    public const int GroupRecovered = 2104;

    /// <summary>A server lacks what some numbers are made from, such as an extension.</summary>
    public const int GroupAbsent = 2105;

    /// <summary>This worker publishes the numbers of the database.</summary>
    public const int TurnTaken = 2106;

    /// <summary>Another worker publishes them.</summary>
    public const int TurnGiven = 2107;

    /// <summary>No primary can be asked whose turn it is, so this worker publishes what it sees.</summary>
    public const int TurnUnknown = 2108;

    /// <summary>A node's control API gives no status.</summary>
    public const int NodeSilent = 2109;

    /// <summary>A node's control API gives its status again.</summary>
    public const int NodeAnswers = 2110;

    /// <summary>A round of the collection broke off for a reason that nobody foresaw; the next one is made all the same.</summary>
    public const int RoundBroken = 2111;
}
