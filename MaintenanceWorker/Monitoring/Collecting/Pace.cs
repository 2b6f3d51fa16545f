using MaintenanceWorker.Monitoring.Sql;

namespace MaintenanceWorker.Monitoring.Collecting;

/// <summary>When each query is due: the dearer ones less often, and less often still where they take long.</summary>
internal sealed class Pace(MonitoringOptions options)
{
    private static readonly TimeSpan _longest = TimeSpan.FromHours(1);
    private readonly Dictionary<string, DateTimeOffset> _next = [];

    /// <summary>The longest time between two looks with the same query.</summary>
    public static TimeSpan LongestOf(MonitoringOptions options) => options.SlowInterval > _longest ? options.SlowInterval : _longest;

    /// <summary>How long to leave a dearer query be that took so long.</summary>
    public static TimeSpan PeriodOf(MonitoringOptions options, TimeSpan took) =>
        TimeSpan.FromSeconds(Math.Clamp(took.TotalSeconds / options.MaxShare, options.SlowInterval.TotalSeconds, LongestOf(options).TotalSeconds));

    /// <summary>Those that are due, the longest overdue first.</summary>
    public IReadOnlyList<StatisticsQuery> Due(IEnumerable<StatisticsQuery> queries, DateTimeOffset now) =>
        // A timer that is late or early by a little must not cost a whole round.
        [.. queries.Where(query => NextOf(query) <= now + (options.Interval / 2)).OrderBy(NextOf)];

    /// <summary>Plans the query's next time.</summary>
    /// <returns>How long until then.</returns>
    public TimeSpan Plan(StatisticsQuery query, DateTimeOffset now, TimeSpan took)
    {
        var period = query.IsSlow ? PeriodOf(options, took) : options.Interval;
        _next[query.Name] = now + period;
        return period;
    }

    private DateTimeOffset NextOf(StatisticsQuery query) => _next.GetValueOrDefault(query.Name, DateTimeOffset.MinValue);
}
