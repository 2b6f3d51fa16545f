using MaintenanceWorker.Monitoring.Collecting;
using MaintenanceWorker.Monitoring.Sql;

namespace MaintenanceWorker.Monitoring.Instruments;

/// <summary>How many series each metric may have at once, and the room that is kept for those that come and go.</summary>
internal static class SeriesBudget
{
    private const int Few = 40;
    private const int Churn = 3;

    /// <summary>By metric: for all servers together, with room for what comes and goes between two renewals.</summary>
    public static IReadOnlyDictionary<string, int> For(MonitoringOptions options, int servers)
    {
        var perServer = StatisticsQueries.For(int.MaxValue, 0)
            .SelectMany(query => query.Measures.Select(measure => (measure.Metric.Name, Series: Math.Min(SampleMaker.LimitOf(query.Limit, options), int.MaxValue - 1) is var limit && query.Limit == SeriesLimit.None ? Few : limit + 1)))
            .GroupBy(each => each.Name).ToDictionary(same => same.Key, same => same.Sum(each => each.Series));
        return Metrics.All.ToDictionary(metric => metric.Name, metric => Math.Max(Few, perServer.GetValueOrDefault(metric.Name)) * Math.Max(1, servers) * Churn);
    }
}
