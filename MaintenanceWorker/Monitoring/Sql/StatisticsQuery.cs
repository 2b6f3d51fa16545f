using MaintenanceWorker.Monitoring.Instruments;

namespace MaintenanceWorker.Monitoring.Sql;

/// <summary>Which servers a query is for.</summary>
internal enum Audience
{
    /// <summary>Every one.</summary>
    Everybody,

    /// <summary>The one that takes writes.</summary>
    Primary,

    /// <summary>Those that follow it.</summary>
    Standby,

    /// <summary>The one that takes writes, for numbers that belong to the cluster and not to a server.</summary>
    Cluster,
}

/// <summary>Whose limit bounds a query's series.</summary>
internal enum SeriesLimit
{
    /// <summary>Bounded by nature.</summary>
    None,

    /// <summary><see cref="MonitoringOptions.MaxTables"/>.</summary>
    Tables,

    /// <summary><see cref="MonitoringOptions.MaxIndexes"/>.</summary>
    Indexes,

    /// <summary><see cref="MonitoringOptions.MaxStatements"/>.</summary>
    Statements,

    /// <summary><see cref="MonitoringOptions.MaxOthers"/>.</summary>
    Others,
}

/// <summary>A column that becomes numbers of a metric.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Attribute">An attribute that tells the columns of one metric apart.</param>
/// <param name="Value">Its value.</param>
internal sealed record Measure(MetricDefinition Metric, string? Attribute = null, string? Value = null)
{
    /// <summary>
    /// Whether a counter that shrank began again at zero. A sum over entries that come and go shrinks too, and goes on from where it is.
    /// </summary>
    public bool ShrinksByReset { get; init; } = true;

    public static implicit operator Measure(MetricDefinition metric) => new(metric);
}

/// <summary>
/// One short statement that takes no lock stronger than ACCESS SHARE. Its columns are the labels (text), the measures (bigint or
/// double precision) and, where series are limited, the rank (bigint or double precision) by which they are kept.
/// </summary>
/// <param name="Name">What it reads, for messages.</param>
/// <param name="Sql">The statement.</param>
internal sealed record StatisticsQuery(string Name, string Sql)
{
    public Audience Audience { get; init; }

    /// <summary>Whether it is dear enough to be asked less often.</summary>
    public bool IsSlow { get; init; }

    /// <summary>Whether the health report needs it too, which then takes what was measured last.</summary>
    public bool IsShared { get; init; }

    /// <summary>The attributes that the label columns become.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    public IReadOnlyList<Measure> Measures { get; init; } = [];

    public SeriesLimit Limit { get; init; }

    /// <summary>Whether a NULL means that the last number still counts: what is locked cannot be measured.</summary>
    public bool NullKeepsLast { get; init; }
}
