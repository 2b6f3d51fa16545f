using MaintenanceWorker.Monitoring;
using MaintenanceWorker.Monitoring.Collecting;
using MaintenanceWorker.Monitoring.Instruments;
using MaintenanceWorker.Monitoring.Servers;
using MaintenanceWorker.Monitoring.Sql;
using Npgsql;

namespace MaintenanceWorker.Tests.Monitoring;

public sealed class SampleMakerTests : IAsyncDisposable
{
    private static readonly MetricDefinition _size = new("size", MetricKind.UpDownCounter, "By", "Of a table.");
    private static readonly MetricDefinition _scans = new("scans", MetricKind.Counter, "1", "Of a table.");
    private static readonly StatisticsQuery _query = new("tables", "") { Labels = ["table"], Measures = [_size, _scans], NullKeepsLast = true, IsSlow = true };
    private static readonly DateTimeOffset _now = DateTimeOffset.UnixEpoch;
    private readonly DatabaseServer _server = new("127.0.0.1", 1, NpgsqlDataSource.Create("Host=127.0.0.1;Port=1"), new(new(), TimeProvider.System));

    public static TheoryData<double> SlowIntervals => [60, 3600, 7200];

    [Theory]
    [MemberData(nameof(SlowIntervals))]
    public void Two_looks_as_far_apart_as_they_may_be_are_of_the_same_series(double slowInterval)
    {
        var options = new MonitoringOptions { SlowInterval = TimeSpan.FromSeconds(slowInterval), MaxShare = 0.0001 };
        var maker = new SampleMaker(_server, options);
        Make(maker, 100, 1000, _now);
        var apart = new Pace(options).Plan(_query, _now, TimeSpan.FromHours(1)) + options.Interval;

        // Others are looked at meanwhile.
        maker.Make(_query, [], _now + apart);
        Assert.Equal((100, 1010), Make(maker, null, 10, _now + apart));
    }

    [Fact]
    public void What_was_not_seen_for_long_is_forgotten_and_what_cannot_be_measured_is_not()
    {
        var maker = new SampleMaker(_server, new());
        Make(maker, 100, 1000, _now);
        Make(maker, null, 1000, _now.AddHours(2));
        Assert.Equal((100, 1000), Make(maker, null, 1000, _now.AddHours(4)));

        maker.Make(_query, [], _now.AddHours(8));
        Assert.Equal((null, 10), Make(maker, null, 10, _now.AddHours(8)));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static (double? _size, double? _scans) Make(SampleMaker maker, double? size, double scans, DateTimeOffset now)
    {
        var samples = maker.Make(_query, [new(["one"], [size, scans], 0)], now);
        return (samples[_size] is [var one] ? one.Value : null, samples[_scans] is [var other] ? other.Value : null);
    }
}
