using MaintenanceWorker.Monitoring.Collecting;
using MaintenanceWorker.Monitoring.Servers;

namespace MaintenanceWorker.HealthReport;

/// <summary>What one server said for the report.</summary>
/// <param name="Server">Its address.</param>
internal sealed record ServerAnswer(string Server)
{
    /// <summary>Why it said nothing; null when it answered.</summary>
    public ServerFault? Fault { get; init; }

    /// <summary>What a primary says.</summary>
    public PrimaryFacts? Primary { get; init; }

    /// <summary>What a standby says.</summary>
    public StandbyFacts? Standby { get; init; }

    /// <summary>Which indexes it used; null when that could not be read.</summary>
    public IndexUse? Indexes { get; init; }

    /// <summary>What it could not say, and why.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>What a primary says. Parts that could not be read are null.</summary>
internal sealed record PrimaryFacts
{
    public SessionFacts? Sessions { get; init; }

    public IReadOnlyDictionary<string, string>? TableSizes { get; init; }

    public long? SlowQueries { get; init; }

    public ConversationStats? Conversations { get; init; }

    public long? StorageBytes { get; init; }

    public IReadOnlyList<SlotFacts>? Slots { get; init; }

    public HistoryFacts? History { get; init; }
}

/// <summary>Sessions and transactions.</summary>
internal sealed record SessionFacts(long Connections, long Allowed, double LongestTransactionSeconds, long XidAge, long InvalidIndexes, bool ArchiveFailing, long Lsn);

/// <summary>A replication slot.</summary>
internal sealed record SlotFacts(string Name, bool Active, bool Lost, long RetainedBytes);

/// <summary>Partitions of row history.</summary>
/// <param name="InDefault">Whether rows lie in the default partition: nobody had made their month's.</param>
/// <param name="NextMonthMissing">Whether next month's rows would go there too.</param>
internal sealed record HistoryFacts(bool InDefault, bool NextMonthMissing);

/// <summary>What a standby says.</summary>
internal sealed record StandbyFacts(bool Streaming, bool CaughtUp, double SecondsSinceReplay, long Lsn)
{
    /// <summary>
    /// How far it is behind, in seconds: nothing when it replayed all there is. A standby that receives nothing takes all that it has for all there is.
    /// </summary>
    public double LagBehind(long? primaryLsn) => (Streaming && CaughtUp) || Lsn >= primaryLsn ? 0 : SecondsSinceReplay;
}
