using System.Text.Json.Serialization;
using MaintenanceWorker.Alerts;

namespace MaintenanceWorker.HealthReport;

/// <summary>The report of the guide's monitoring script; what it did not have stands beside.</summary>
/// <param name="Timestamp">When it was made.</param>
/// <param name="Metrics">The numbers.</param>
/// <param name="Alerts">The findings as text; empty when all is well.</param>
/// <param name="Findings">The findings.</param>
/// <param name="Notes">What could not be read, and why.</param>
public sealed record DatabaseHealthReport(DateTimeOffset Timestamp, HealthMetrics Metrics, IReadOnlyList<string> Alerts, IReadOnlyList<Finding> Findings, IReadOnlyList<string> Notes);

/// <summary>The numbers of the report. Each is null while it cannot be read, and all are while no primary answers.</summary>
public sealed record HealthMetrics
{
    /// <summary>Sessions of clients on the primary, in every database: the server's limit counts them all.</summary>
    public long? ActiveConnections { get; init; }

    /// <summary>Sessions of clients that the server allows.</summary>
    public long? MaxConnections { get; init; }

    /// <summary>Size of each table with its indexes, for people, such as <c>64 kB</c>; the largest 100.</summary>
    public IReadOnlyDictionary<string, string>? TableSizes { get; init; }

    /// <summary>Statements whose mean time is above the threshold, since their statistics began.</summary>
    public long? SlowQueries { get; init; }

    /// <summary>Indexes that no server used, without primary keys, unique and exclusion constraints and those of empty tables.</summary>
    public long? UnusedIndexes { get; init; }

    /// <summary>Their names.</summary>
    public IReadOnlyCollection<string>? UnusedIndexNames { get; init; }

    /// <summary>Indexes that a failed build left behind.</summary>
    public long? InvalidIndexes { get; init; }

    /// <summary>Conversations by status.</summary>
    public ConversationStats? ConversationStats { get; init; }

    /// <summary>Databases, without templates, and WAL, in bytes; measured as often as for the metrics, so up to some minutes ago.</summary>
    public long? StorageBytes { get; init; }

    /// <summary>Age of the oldest open transaction of a client, in seconds.</summary>
    public double? LongestTransactionSeconds { get; init; }

    /// <summary>Transactions since a database was last frozen, of the one where it is longest ago.</summary>
    public long? XidAge { get; init; }

    /// <summary>The primary.</summary>
    public string? Primary { get; init; }

    /// <summary>How far each standby that answers is behind, in seconds.</summary>
    public IReadOnlyDictionary<string, double>? ReplicationLagSeconds { get; init; }
}

/// <summary>Conversations by status.</summary>
public sealed record ConversationStats(long NeedsReply, long Active, long Waiting, long Archived);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DatabaseHealthReport))]
internal sealed partial class HealthReportJson : JsonSerializerContext;
