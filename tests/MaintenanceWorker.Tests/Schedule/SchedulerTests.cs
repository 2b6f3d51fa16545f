using MailForTests;
using MaintenanceWorker.Schedule;
using Microsoft.Extensions.DependencyInjection;
using PostgresForTests;

namespace MaintenanceWorker.Tests.Schedule;

/// <summary>Which moments are run, on a real database and a clock of the test's own.</summary>
public sealed class SchedulerTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    // Ahead of the real clock, so that the database does not take windows for closed.
    private static readonly DateTimeOffset _start = new(2030, 1, 1, 0, 10, 0, TimeSpan.Zero);

    [Fact]
    public async Task Each_moment_is_run_once_by_two_workers_and_recorded_as_the_jobs()
    {
        await using var schedule = await StartAsync(("job:Operation", "verify-database"), ("job:Cron", "0 * * * *"));
        await using var second = ScheduleUnderTest.StartWorker(schedule.Worker.ConnectionString, ("Schedule:Jobs:job:Operation", "verify-database"), ("Schedule:Jobs:job:Cron", "0 * * * *"));
        await schedule.AddSchedulerAsync();
        await schedule.AddSchedulerAsync(second);
        for (var hour = 1; hour <= 6; hour++)
            await schedule.RunAtAsync("job", At(hour, 0));

        Assert.Equal(Enumerable.Range(1, 6).Select(hour => At(hour, 0)), await schedule.RunsAsync("job"));
        Assert.Null((await schedule.SkippedAsync("job")).Moment);
        var runs = await schedule.Worker.Client.GetJsonAsync("/ops/runs?operation=verify-database&limit=100");
        var run = runs.GetProperty("items").EnumerateArray().First(run => run.GetProperty("job").GetString() == "job");
        var ended = await schedule.Worker.Client.WaitForRunAsync(run, "succeeded");
        Assert.Equal(("job", "schedule"), (ended.GetProperty("requestedBy").GetString(), ended.GetProperty("requestedThrough").GetString()));
    }

    [Fact]
    public async Task What_came_before_a_job_was_first_seen_or_changed_is_not_caught_up()
    {
        await using var schedule = await StartAsync(("job:Operation", "verify-database"), ("job:Cron", "0 * * * *"), ("job:CatchUp", "06:00:00"));
        var scheduler = await schedule.AddSchedulerAsync();
        await schedule.LookAtAsync(At(0, 20));
        Assert.Empty(await schedule.RunsAsync("job"));
        await schedule.LookAtAsync(At(1, 20));
        Assert.Equal([At(1, 0)], await schedule.RunsAsync("job"));

        await scheduler.StopAsync(default);
        await using var changed = ScheduleUnderTest.StartWorker(schedule.Worker.ConnectionString, ("Schedule:Jobs:job:Operation", "verify-database"), ("Schedule:Jobs:job:Cron", "15 * * * *"), ("Schedule:Jobs:job:CatchUp", "06:00:00"));
        await schedule.AddSchedulerAsync(changed);
        await schedule.LookAtAsync(At(1, 40));
        Assert.Equal([At(1, 0)], await schedule.RunsAsync("job"));
        await schedule.LookAtAsync(At(2, 20));
        Assert.Equal([At(1, 0), At(2, 15)], await schedule.RunsAsync("job"));
    }

    [Fact]
    public async Task A_worker_that_was_down_runs_the_latest_missed_moment_late_and_says_what_was_missed_for_good()
    {
        await using var schedule = await StartAsync(
            ("hourly:Operation", "verify-database"), ("hourly:Cron", "0 * * * *"), ("hourly:CatchUp", "03:00:00"),
            ("nightly:Operation", "verify-database"), ("nightly:Cron", "0 2 * * *"), ("nightly:CatchUp", "01:00:00"),
            ("strict:Operation", "verify-database"), ("strict:Cron", "0 6 * * *"), ("strict:CatchUp", "00:20:00"));
        var scheduler = await schedule.AddSchedulerAsync();
        await schedule.LookAtAsync(At(1, 1));
        await scheduler.StopAsync(default);

        schedule.Clock.Advance(At(6, 40) - schedule.Clock.GetUtcNow());
        await schedule.AddSchedulerAsync();
        await schedule.LookAtAsync(At(6, 45));
        Assert.Equal([At(1, 0), At(6, 0)], await schedule.RunsAsync("hourly"));
        Assert.Empty(await schedule.RunsAsync("nightly"));
        Assert.Equal(At(2, 0), (await schedule.SkippedAsync("nightly")).Moment);
        Assert.Empty(await schedule.RunsAsync("strict"));
        var (missed, reason) = await schedule.SkippedAsync("strict");
        Assert.Equal((At(6, 0), true), (missed, reason!.Contains("CatchUp of 00:20:00", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_paused_job_is_not_run_and_its_moments_are_not_caught_up()
    {
        await using var schedule = await StartAsync(("job:Operation", "verify-database"), ("job:Cron", "0 * * * *"), ("job:CatchUp", "06:00:00"));
        await schedule.AddSchedulerAsync();
        await schedule.LookAtAsync(At(1, 1));
        var register = schedule.Worker.Services.GetRequiredService<JobRegister>();
        await register.PauseAsync(schedule.Worker.Services.GetRequiredService<JobSchedule>().Find("job"), "somebody", schedule.Clock.GetUtcNow(), default);
        await schedule.LookAtAsync(At(2, 1));
        await schedule.LookAtAsync(At(3, 30));
        Assert.Equal([At(1, 0)], await schedule.RunsAsync("job"));

        Assert.True(await register.ResumeAsync("job", schedule.Clock.GetUtcNow(), default));
        await schedule.LookAtAsync(At(3, 40));
        Assert.Equal([At(1, 0)], await schedule.RunsAsync("job"));
        await schedule.LookAtAsync(At(4, 1));
        Assert.Equal([At(1, 0), At(4, 0)], await schedule.RunsAsync("job"));
    }

    [Fact]
    public async Task Outside_of_its_window_a_moment_is_skipped_and_said_to_be()
    {
        await using var schedule = await StartAsync(("job:Operation", "verify-database"), ("job:Cron", "0 */2 * * *"), ("job:Window", "03:30-05:00"), ("job:TimeZone", "Europe/Berlin"), ("job:CatchUp", "06:00:00"));
        await schedule.AddSchedulerAsync();
        await schedule.LookAtAsync(At(1, 1));
        var (skipped, reason) = await schedule.SkippedAsync("job");
        Assert.Equal((At(1, 0), "outside of its window 03:30-05:00 Europe/Berlin"), (skipped, reason));
        // The window opens, but what was skipped stays skipped.
        await schedule.LookAtAsync(At(2, 45));
        Assert.Empty(await schedule.RunsAsync("job"));
        await schedule.LookAtAsync(At(3, 1));
        Assert.Equal([At(3, 0)], await schedule.RunsAsync("job"));
        Assert.Equal(At(4, 0).UtcDateTime, await schedule.Worker.ScalarAsync<DateTime>("SELECT begin_before FROM ops.runs WHERE job = 'job'"));
    }

    [Fact]
    public async Task A_run_that_no_worker_was_free_for_while_its_window_was_open_is_not_begun()
    {
        // By the database's clock this window closed years ago.
        var past = new DateTimeOffset(2020, 1, 1, 0, 10, 0, TimeSpan.Zero);
        await using var schedule = ScheduleUnderTest.Start(await MigratedDatabase.CreateAsync(postgres.Server), past, ("Schedule:Jobs:job:Operation", "verify-database"), ("Schedule:Jobs:job:Cron", "0 * * * *"), ("Schedule:Jobs:job:Window", "00:30-02:00"));
        await schedule.AddSchedulerAsync();
        await schedule.LookAtAsync(past.AddMinutes(51));
        var runs = await schedule.Worker.Client.GetJsonAsync("/ops/runs?operation=verify-database&limit=100");
        var run = runs.GetProperty("items").EnumerateArray().Single(run => run.GetProperty("job").GetString() == "job");
        var ended = await schedule.Worker.Client.WaitForRunAsync(run, "cancelled", "succeeded");
        Assert.Equal("cancelled", ended.GetProperty("state").GetString());
        Assert.Contains("its window closed", ended.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_a_run_waits_for_a_worker_no_second_one_is_queued()
    {
        await using var schedule = await StartAsync([("Operations:MaxConcurrentRuns", "0")], ("job:Operation", "verify-database"), ("job:Cron", "0 * * * *"));
        await schedule.AddSchedulerAsync();
        await schedule.LookAtAsync(At(1, 0));
        await schedule.LookAtAsync(At(2, 0));
        Assert.Equal([At(1, 0)], await schedule.RunsAsync("job"));
        Assert.Equal((At(2, 0), "its run before has not begun: no worker is free"), await schedule.SkippedAsync("job"));
    }

    [Theory]
    [InlineData("2030-03-31T00:10:00Z", "2030-03-31T01:00:00Z")]
    [InlineData("2030-10-27T00:10:00Z", "2030-10-27T00:30:00Z")]
    public async Task In_the_night_when_the_clocks_change_half_past_two_is_run_once(string from, string expected)
    {
        var start = DateTimeOffset.Parse(from, null);
        await using var schedule = ScheduleUnderTest.Start(await MigratedDatabase.CreateAsync(postgres.Server), start, ("Schedule:Jobs:job:Operation", "verify-database"), ("Schedule:Jobs:job:Cron", "30 2 * * *"), ("Schedule:Jobs:job:TimeZone", "Europe/Berlin"));
        await schedule.AddSchedulerAsync();
        for (var minutes = 25; minutes <= 150; minutes += 25)
            await schedule.LookAtAsync(start.AddMinutes(minutes));
        Assert.Equal([DateTimeOffset.Parse(expected, null)], await schedule.RunsAsync("job"));
    }

    [Fact]
    public async Task A_clock_that_jumps_ahead_and_is_put_back_runs_nothing_twice_and_loses_nothing()
    {
        await using var schedule = await StartAsync(("job:Operation", "verify-database"), ("job:Cron", "0 * * * *"));
        await schedule.AddSchedulerAsync();
        await schedule.LookAtAsync(At(1, 1));
        schedule.Clock.JumpTo(At(9, 0));
        await schedule.LookAtAsync(At(9, 1));
        schedule.Clock.JumpTo(At(1, 30));
        for (var hour = 2; hour <= 11; hour++)
            await schedule.RunAtAsync("job", At(hour, 0));

        Assert.Equal(Enumerable.Range(1, 11).Select(hour => At(hour, 0)), await schedule.RunsAsync("job"));
    }

    [Fact]
    public async Task A_record_that_was_emptied_is_begun_again()
    {
        await using var schedule = await StartAsync(("job:Operation", "verify-database"), ("job:Cron", "0 * * * *"));
        await schedule.AddSchedulerAsync();
        await schedule.LookAtAsync(At(1, 1));
        Assert.Equal(2, await schedule.Worker.ScalarAsync<long>("WITH gone AS (DELETE FROM ops.jobs WHERE name IN ('job', 'z-witness') RETURNING name) SELECT count(*) FROM gone"));
        await schedule.LookAtAsync(At(2, 5));
        await schedule.LookAtAsync(At(3, 1));
        Assert.Contains(At(3, 0), await schedule.RunsAsync("job"));
    }

    [Fact]
    public async Task A_moment_that_comes_while_the_database_is_away_is_run_when_it_is_back()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var schedule = ScheduleUnderTest.Start(await MigratedDatabase.CreateAsync(server), _start, ("Schedule:Jobs:job:Operation", "verify-database"), ("Schedule:Jobs:job:Cron", "0 * * * *"));
        await schedule.AddSchedulerAsync();
        await schedule.LookAtAsync(At(0, 30));
        await server.StopAsync();
        for (var minute = 0; minute < 20; minute++)
        {
            schedule.Clock.Advance(At(1, minute) - schedule.Clock.GetUtcNow());
            await Task.Delay(20);
        }

        await server.RestartAsync();
        await schedule.LookAtAsync(At(1, 30));
        Assert.Equal([At(1, 0)], await schedule.RunsAsync("job"));
    }

    private static DateTimeOffset At(int hour, int minute) => new(2030, 1, 1, hour, minute, 0, TimeSpan.Zero);

    private Task<ScheduleUnderTest> StartAsync(params (string Name, string? Value)[] jobs) => StartAsync([], jobs);

    private async Task<ScheduleUnderTest> StartAsync((string, string?)[] settings, params (string Name, string? Value)[] jobs) =>
        ScheduleUnderTest.Start(await MigratedDatabase.CreateAsync(postgres.Server), _start, [.. settings, .. jobs.Select(job => ($"Schedule:Jobs:{job.Name}", job.Value))]);
}
