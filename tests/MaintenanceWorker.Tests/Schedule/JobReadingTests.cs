using MaintenanceWorker.Schedule;
using Microsoft.Extensions.Configuration;

namespace MaintenanceWorker.Tests.Schedule;

/// <summary>What a job's configuration means, and what is said of one that means nothing.</summary>
public sealed class JobReadingTests
{
    private static readonly DateTimeOffset _now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Operation", "vacum-analyze", "There are ")]
    [InlineData("Operation", "", "There are ")]
    [InlineData("Operation", "create-api-key", "secrets")]
    [InlineData("Operation", "verify-database", "no argument 'lock-timeout'")]
    [InlineData("Cron", "", "Write minute, hour")]
    [InlineData("Cron", "0 2 * *", "Write minute, hour")]
    [InlineData("Cron", "61 2 * * *", "Write minute, hour")]
    [InlineData("Cron", "0 2 * * 8", "Write minute, hour")]
    [InlineData("Cron", "every night", "Write minute, hour")]
    [InlineData("Cron", "0 0 31 2 *", "never comes")]
    [InlineData("Cron", "*/30 * * * * ?", "at most once a minute")]
    [InlineData("Cron", "* 0 3 * * ?", "at most once a minute")]
    [InlineData("TimeZone", "Europe/Berln", "IANA name")]
    [InlineData("Window", "1-5", "such as 01:00-05:00")]
    [InlineData("Window", "03:00-03:00", "such as 01:00-05:00")]
    [InlineData("Window", "25:00-26:00", "such as 01:00-05:00")]
    [InlineData("Window", "04:00-05:00", "never comes within it")]
    [InlineData("Jitter", "01:00:01", "00:00:00 to 01:00:00")]
    [InlineData("Jitter", "-00:00:01", "00:00:00 to 01:00:00")]
    [InlineData("CatchUp", "8.00:00:00", "00:00:00 to 7.00:00:00")]
    [InlineData("Arguments:lock-timeout", "soon", "a duration such as")]
    [InlineData("Arguments:table-name", "x", "no argument 'table-name'")]
    public void A_mistake_is_named_with_its_place_and_what_to_write(string key, string value, string said)
    {
        var errors = Errors("night", (key, value));
        Assert.NotEmpty(errors);
        Assert.All(errors, error => Assert.StartsWith($"Schedule:Jobs:night", error, StringComparison.Ordinal));
        Assert.Contains(errors, error => error.Contains(said, StringComparison.Ordinal));
    }

    [Fact]
    public void Mistakes_that_lie_in_two_settings_are_told_all_at_once()
    {
        Assert.Contains("no dry run", Assert.Single(Read(new() { Operation = "verify-database", Cron = "0 3 * * *", DryRun = true }).Errors), StringComparison.Ordinal);
        Assert.Contains("lie 00:15:00 apart", Assert.Single(Errors("night", ("Cron", "*/15 * * * *"), ("Jitter", "00:15:00"))), StringComparison.Ordinal);
        Assert.Contains("small letters", Assert.Single(Errors("At Night")), StringComparison.Ordinal);
        Assert.Equal(3, Errors("night", ("Cron", "x"), ("Operation", "x"), ("Window", "x")).Count);
    }

    [Fact]
    public void A_job_that_came_once_and_does_not_come_again_is_no_mistake()
    {
        var (job, errors) = Read(new() { Operation = "verify-database", Cron = "0 0 0 1 1 ? 2020" });
        Assert.Empty(errors);
        Assert.Null(job!.NextRun(_now));
        Assert.Equal(At("2020-01-01T00:00:00Z"), job.LatestDue(_now));
    }

    [Fact]
    public void There_is_a_daily_vacuum_that_configuration_changes_or_takes_away_by_name()
    {
        var untouched = Bind([]).Jobs["vacuum-analyze"];
        Assert.Equal(("vacuum-analyze", "0 3 * * *", "UTC", null, true), (untouched.Operation, untouched.Cron, untouched.TimeZone, untouched.Window, untouched.Enabled));
        var moved = Bind([("vacuum-analyze:Cron", "30 4 * * *"), ("other:Operation", "verify-database")]);
        Assert.Equal(("vacuum-analyze", "30 4 * * *"), (moved.Jobs["vacuum-analyze"].Operation, moved.Jobs["vacuum-analyze"].Cron));
        Assert.Equal(["build-vector-index", "other", "prune-history", "vacuum-analyze"], moved.Jobs.Keys.Order());
        Assert.False(Bind([("vacuum-analyze:Enabled", "false")]).Jobs["vacuum-analyze"].Enabled);
    }

    [Theory]
    // Clocks go from 02:00 to 03:00 on 31 March 2030 and from 03:00 back to 02:00 on 27 October.
    [InlineData("30 2 * * *", "2030-03-30T12:00:00Z", "2030-03-31T01:00:00Z", "2030-04-01T00:30:00Z")]
    [InlineData("0 2,3 * * *", "2030-03-30T12:00:00Z", "2030-03-31T01:00:00Z", "2030-04-01T00:00:00Z")]
    [InlineData("30 2 * * *", "2030-10-26T12:00:00Z", "2030-10-27T00:30:00Z", "2030-10-28T01:30:00Z")]
    [InlineData("15 * * * *", "2030-10-27T00:00:00Z", "2030-10-27T00:15:00Z", "2030-10-27T01:15:00Z")]
    public void A_time_that_the_clocks_skip_comes_at_the_next_one_and_one_that_comes_twice_comes_once(string cron, string from, string first, string second)
    {
        var job = Read(new() { Operation = "verify-database", Cron = cron, TimeZone = "Europe/Berlin" }).Job!;
        Assert.Equal(At(first), job.NextDue(At(from)));
        Assert.Equal(At(second), job.NextDue(At(first)));
        Assert.Equal(At(first), job.LatestDue(At(second).AddTicks(-1)));
        Assert.Equal(At(second), job.LatestDue(At(second)));
    }

    [Theory]
    [InlineData("30 2 * * *", "Europe/Berlin")]
    [InlineData("0 2,3 * * *", "Europe/Berlin")]
    [InlineData("15 * * * *", "Europe/Berlin")]
    [InlineData("*/20 1-3 * * *", "Europe/Berlin")]
    [InlineData("45 1 * * *", "Australia/Lord_Howe")]
    [InlineData("30 1 * * *", "America/New_York")]
    [InlineData("30 0 * * *", "America/Havana")]
    public void A_moment_is_the_same_from_wherever_one_looks(string cron, string zone)
    {
        var job = Read(new() { Operation = "verify-database", Cron = cron, TimeZone = zone }).Job!;
        foreach (var change in Changes(job.Zone))
        {
            var (from, to) = (change.AddHours(-30), change.AddHours(30));
            var moments = new List<DateTimeOffset> { job.NextDue(from)!.Value };
            while (moments[^1] < to)
                moments.Add(job.NextDue(moments[^1])!.Value);
            for (var at = moments[0]; at < to; at = at.AddMinutes(7))
            {
                Assert.Equal(moments.Last(moment => moment <= at), job.LatestDue(at));
                Assert.Equal(moments.First(moment => moment > at), job.NextDue(at));
            }
        }
    }

    [Fact]
    public void Jitter_belongs_to_the_job_and_the_moment()
    {
        var options = new JobOptions { Operation = "verify-database", Cron = "0 * * * *", Jitter = TimeSpan.FromMinutes(30) };
        var (job, same) = (Read(options).Job!, Read(options).Job!);
        var other = Read(options, "other").Job!;
        var moments = Enumerable.Range(0, 200).Select(hour => _now.AddHours(hour)).ToList();
        Assert.All(moments, moment => Assert.InRange(job.DueAt(moment) - moment, TimeSpan.Zero, TimeSpan.FromMinutes(30) - TimeSpan.FromTicks(1)));
        Assert.Equal(moments.Select(job.DueAt), moments.Select(same.DueAt));
        Assert.NotEqual(moments.Select(job.DueAt), moments.Select(other.DueAt));
        Assert.Equal(200, moments.Select(moment => job.DueAt(moment) - moment).Distinct().Count());
        Assert.All(moments, moment => Assert.Equal(moment, job.LatestDue(job.DueAt(moment))));
        Assert.All(moments, moment => Assert.Equal(moment.AddHours(-1), job.LatestDue(job.DueAt(moment).AddTicks(-1))));
        Assert.All(moments, moment => Assert.Equal(job.DueAt(moment), job.NextDue(job.DueAt(moment).AddTicks(-1))));
    }

    [Theory]
    [InlineData("01:00-05:00", "2030-01-01T01:00:00Z", true, "2030-01-01T05:00:00Z")]
    [InlineData("01:00-05:00", "2030-01-01T05:00:00Z", false, null)]
    [InlineData("22:00-02:00", "2030-01-01T23:30:00Z", true, "2030-01-02T02:00:00Z")]
    [InlineData("22:00-02:00", "2030-01-01T01:59:59Z", true, "2030-01-01T02:00:00Z")]
    [InlineData("22:00-02:00", "2030-01-01T12:00:00Z", false, null)]
    public void A_window_is_open_from_its_beginning_up_to_its_end(string window, string at, bool isOpen, string? closes)
    {
        var read = JobWindow.Parse(window)!;
        Assert.Equal(isOpen, read.Contains(At(at), TimeZoneInfo.Utc));
        if (closes is not null)
            Assert.Equal(At(closes), read.ClosesAfter(At(at), TimeZoneInfo.Utc));
    }

    [Fact]
    public void The_next_run_is_the_first_within_the_window()
    {
        var job = Read(new() { Operation = "verify-database", Cron = "0 */4 * * *", TimeZone = "Europe/Berlin", Window = "03:00-05:00" }).Job!;
        Assert.Equal(At("2030-01-02T03:00:00Z"), job.NextRun(At("2030-01-01T12:00:00Z")));
        Assert.Equal(At("2030-01-01T15:00:00Z"), job.NextDue(At("2030-01-01T12:00:00Z")));
    }

    /// <summary>The hours of 2030 in which the clocks change.</summary>
    private static DateTimeOffset[] Changes(TimeZoneInfo zone)
    {
        DateTimeOffset[] hours = [.. Enumerable.Range(0, 365 * 24).Select(hour => new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero).AddHours(hour))];
        DateTimeOffset[] changes = [.. hours.Where(hour => zone.GetUtcOffset(hour) != zone.GetUtcOffset(hour.AddHours(1)))];
        Assert.Equal(2, changes.Length);
        return changes;
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, null);

    private static (ScheduledJob? Job, List<string> Errors) Read(JobOptions options, string name = "night")
    {
        var errors = new List<string>();
        return (JobReading.Read(name, options, TimeSpan.FromDays(90), _now, errors), errors);
    }

    private static List<string> Errors(string name, params (string Key, string Value)[] changes)
    {
        (string, string)[] right = [($"{name}:Operation", "vacuum-analyze"), ($"{name}:Cron", "0 3 * * *"), ($"{name}:Arguments:lock-timeout", "5s")];
        return Read(Bind([.. right, .. changes.Select(change => ($"{name}:{change.Key}", change.Value))]).Jobs[name], name).Errors;
    }

    private static ScheduleOptions Bind((string Key, string Value)[] settings)
    {
        var values = new Dictionary<string, string?>();
        foreach (var (key, value) in settings)
            values[$"Schedule:Jobs:{key}"] = value;
        var options = new ScheduleOptions();
        new ConfigurationBuilder().AddInMemoryCollection(values).Build().GetSection("Schedule").Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        return options;
    }
}
