using MaintenanceWorker.Monitoring;
using MaintenanceWorker.Monitoring.Collecting;
using MaintenanceWorker.Monitoring.Instruments;
using MaintenanceWorker.Monitoring.Servers;
using MaintenanceWorker.Monitoring.Sql;
using Npgsql;

namespace MaintenanceWorker.Tests.Monitoring;

public sealed class SampleMakerTests : IAsyncDisposable
{
    private static readonly MetricDefinition Size = new("size", MetricKind.UpDownCounter, "By", "Of a table.");
    private static readonly MetricDefinition Scans = new("scans", MetricKind.Counter, "1", "Of a table.");
    private static readonly StatisticsQuery Query = new("tables", "") { Labels = ["table"], Measures = [Size, Scans], NullKeepsLast = true, IsSlow = true };
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;
    private readonly DatabaseServer _server = new("127.0.0.1", 1, NpgsqlDataSource.Create("Host=127.0.0.1;Port=1"), new(new(), TimeProvider.System));

    public static TheoryData<double> SlowIntervals => [60, 3600, 7200];

    [Theory]
    [MemberData(nameof(SlowIntervals))]
    public void Two_looks_as_far_apart_as_they_may_be_are_of_the_same_series(double slowInterval)
    {
        var options = new MonitoringOptions { SlowInterval = TimeSpan.FromSeconds(slowInterval), MaxShare = 0.0001 };
        var maker = new SampleMaker(_server, options);
        Make(maker, 100, 1000, Now);
        var apart = new Pace(options).Plan(Query, Now, TimeSpan.FromHours(1)) + options.Interval;

        // Others are looked at meanwhile.
        maker.Make(Query, [], Now + apart);
        Assert.Equal((100, 1010), Make(maker, null, 10, Now + apart));
    }

    [Fact]
    public void What_was_not_seen_for_long_is_forgotten_and_what_cannot_be_measured_is_not()
    {
        var maker = new SampleMaker(_server, new());
        Make(maker, 100, 1000, Now);
        Make(maker, null, 1000, Now.AddHours(2));
        Assert.Equal((100, 1000), Make(maker, null, 1000, Now.AddHours(4)));

        maker.Make(Query, [], Now.AddHours(8));
        Assert.Equal((null, 10), Make(maker, null, 10, Now.AddHours(8)));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static (double? Size, double? Scans) Make(SampleMaker maker, double? size, double scans, DateTimeOffset now)
    {
        var samples = maker.Make(Query, [new(["one"], [size, scans], 0)], now);
        return (samples[Size] is [var one] ? one.Value : null, samples[Scans] is [var other] ? other.Value : null);
    }
}
