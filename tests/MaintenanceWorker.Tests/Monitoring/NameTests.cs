using MaintenanceWorker.Monitoring;
using MaintenanceWorker.Monitoring.Instruments;
using MaintenanceWorker.Monitoring.Sql;
using PostgresForTests;

namespace MaintenanceWorker.Tests.Monitoring;

/// <summary>Names, kinds and units: dashboards that fit the Collector's PostgreSQL receiver fit the worker.</summary>
public sealed class NameTests
{
    /// <summary>As the receiver's reference says: a monotonic sum is a counter, another one an up-down counter.</summary>
    [Theory]
    [InlineData("postgresql.backends", "UpDownCounter", "1")]
    [InlineData("postgresql.connection.max", "Gauge", "{connections}")]
    [InlineData("postgresql.database.count", "UpDownCounter", "{databases}")]
    [InlineData("postgresql.database.locks", "Gauge", "{lock}")]
    [InlineData("postgresql.db_size", "UpDownCounter", "By")]
    [InlineData("postgresql.commits", "Counter", "1")]
    [InlineData("postgresql.rollbacks", "Counter", "1")]
    [InlineData("postgresql.deadlocks", "Counter", "{deadlock}")]
    [InlineData("postgresql.rows", "UpDownCounter", "1")]
    [InlineData("postgresql.operations", "Counter", "1")]
    [InlineData("postgresql.blocks_read", "Counter", "1")]
    [InlineData("postgresql.blks_hit", "Counter", "{blks_hit}")]
    [InlineData("postgresql.blks_read", "Counter", "{blks_read}")]
    [InlineData("postgresql.tup_returned", "Counter", "{tup_returned}")]
    [InlineData("postgresql.sequential_scans", "Counter", "{sequential_scan}")]
    [InlineData("postgresql.table.count", "UpDownCounter", "{table}")]
    [InlineData("postgresql.table.size", "UpDownCounter", "By")]
    [InlineData("postgresql.table.vacuum.count", "Counter", "{vacuum}")]
    [InlineData("postgresql.index.scans", "Counter", "{scans}")]
    [InlineData("postgresql.index.size", "Gauge", "By")]
    [InlineData("postgresql.bgwriter.buffers.allocated", "Counter", "{buffers}")]
    [InlineData("postgresql.bgwriter.buffers.writes", "Counter", "{buffers}")]
    [InlineData("postgresql.bgwriter.checkpoint.count", "Counter", "{checkpoints}")]
    [InlineData("postgresql.bgwriter.duration", "Counter", "ms")]
    [InlineData("postgresql.bgwriter.maxwritten", "Counter", "1")]
    [InlineData("postgresql.replication.data_delay", "Gauge", "By")]
    [InlineData("postgresql.wal.lag", "Gauge", "s")]
    [InlineData("postgresql.wal.delay", "Gauge", "s")]
    [InlineData("postgresql.wal.age", "Gauge", "s")]
    [InlineData("postgresql.temp_files", "Counter", "{temp_file}")]
    [InlineData("postgresql.temp.io", "Counter", "By")]
    [InlineData("postgresql.query.execution.time", "Counter", "s")]
    [InlineData("postgresql.query.conflicts", "Counter", "{query}")]
    public void A_metric_of_the_receiver_has_its_kind_and_unit(string name, string kind, string unit)
    {
        var metric = Metrics.All.Single(metric => metric.Name == name);
        Assert.Equal((kind, unit), (metric.Kind.ToString(), metric.Unit));
    }

    [Fact]
    public void Every_metric_is_collected_by_something_and_described_in_the_documentation()
    {
        var documentation = File.ReadAllText(Path.Combine(PostgresBinaries.RepositoryRoot, "docs", "monitoring.md"));
        Assert.All(Metrics.All, metric => Assert.Contains($"| `{metric.Name}` | {metric.Unit} |", documentation, StringComparison.Ordinal));
        Assert.Equal(Metrics.All.Count, Metrics.All.Select(metric => metric.Name).Distinct().Count());
        var collected = StatisticsQueries.For(18, 1000).SelectMany(query => query.Measures).Select(measure => measure.Metric).ToHashSet();
        MetricDefinition[] otherwise =
        [
            PlatformMetrics.Up, PlatformMetrics.Role, PlatformMetrics.Collections, PlatformMetrics.CollectionDuration, PlatformMetrics.CollectionFailures,
            PlatformMetrics.UnusedIndexes, PlatformMetrics.DiskFree, PlatformMetrics.DiskTotal,
        ];
        Assert.Empty(Metrics.All.Except(collected).Except(otherwise));
    }

    [Fact]
    public void The_room_of_every_metric_holds_what_the_limits_allow()
    {
        var options = new MonitoringOptions();
        var room = SeriesBudget.For(options, 2);
        Assert.All(Metrics.All, metric => Assert.InRange(room[metric.Name], 1, 100_000));
        Assert.True(room["postgresql.blocks_read"] >= 2 * 8 * (options.MaxTables + 1));
        Assert.True(room["postgresql.index.scans"] >= 2 * (options.MaxIndexes + 1));
    }
}
