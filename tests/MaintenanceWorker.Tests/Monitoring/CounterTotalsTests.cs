using MaintenanceWorker.Monitoring.Collecting;

namespace MaintenanceWorker.Tests.Monitoring;

public sealed class CounterTotalsTests
{
    private static readonly DateTimeOffset _now = DateTimeOffset.UnixEpoch;
    private readonly CounterTotals _totals = new();

    [Fact]
    public void The_first_number_is_taken_as_it_is_and_growth_is_added()
    {
        Assert.Equal((100, 100), _totals.Advance("a", 100, true, _now));
        Assert.Equal((130, 30), _totals.Advance("a", 130, true, _now));
        Assert.Equal((7, 7), _totals.Advance("b", 7, true, _now));
    }

    [Fact]
    public void After_a_reset_what_the_server_counted_since_is_added()
    {
        _totals.Advance("a", 100, true, _now);
        Assert.Equal((105, 5), _totals.Advance("a", 5, true, _now));
        Assert.Equal((107, 2), _totals.Advance("a", 7, true, _now));
    }

    [Fact]
    public void A_sum_that_lost_an_entry_goes_on_from_where_it_is()
    {
        _totals.Advance("a", 100, false, _now);
        Assert.Equal((100, 0), _totals.Advance("a", 60, false, _now));
        Assert.Equal((105, 5), _totals.Advance("a", 65, false, _now));
    }

    [Fact]
    public void A_series_that_was_not_seen_for_long_is_forgotten()
    {
        _totals.Advance("a", 100, true, _now);
        _totals.Advance("b", 100, true, _now.AddHours(2));
        _totals.Forget(_now.AddHours(1));
        Assert.Equal((10, 10), _totals.Advance("a", 10, true, _now));
        Assert.Equal((110, 10), _totals.Advance("b", 110, true, _now));
    }
}
