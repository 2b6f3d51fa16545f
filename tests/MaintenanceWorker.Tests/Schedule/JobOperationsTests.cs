using System.Net;
using Microsoft.Extensions.Options;
using PostgresForTests;

namespace MaintenanceWorker.Tests.Schedule;

/// <summary>The schedule as people see it.</summary>
public sealed class JobOperationsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Jobs_are_listed_paused_and_resumed()
    {
        await using var worker = await WorkerServer.StartAsync(postgres.Server, ("Schedule:Jobs:off:Operation", "verify-database"), ("Schedule:Jobs:off:Cron", "@daily"), ("Schedule:Jobs:off:Enabled", "false"));
        await using var other = WorkerServer.Start(worker.ConnectionString);
        var jobs = await worker.Client.GetJsonAsync("/ops/list-jobs");
        var vacuum = jobs.EnumerateArray().Single(job => job.GetProperty("job").GetString() == "vacuum-analyze");
        Assert.Equal(("vacuum-analyze", "UTC", true), (vacuum.GetProperty("operation").GetString(), vacuum.GetProperty("timeZone").GetString(), vacuum.GetProperty("enabled").GetBoolean()));
        Assert.Equal((3, 0), (vacuum.GetProperty("next").GetDateTimeOffset().Hour, vacuum.GetProperty("next").GetDateTimeOffset().Minute));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, jobs.EnumerateArray().Single(job => job.GetProperty("job").GetString() == "off").GetProperty("next").ValueKind);

        var paused = (await worker.Client.PostOperationAsync("pause-job", new { job = "vacuum-analyze" })).GetProperty("result");
        Assert.Equal("bootstrap", paused.GetProperty("pausedBy").GetString());
        var there = (await other.Client.GetJsonAsync("/ops/list-jobs")).EnumerateArray().Single(job => job.GetProperty("job").GetString() == "vacuum-analyze");
        Assert.Equal((paused.GetProperty("pausedAt").ToString(), System.Text.Json.JsonValueKind.Null), (there.GetProperty("pausedAt").ToString(), there.GetProperty("next").ValueKind));
        var resumed = (await other.Client.PostOperationAsync("resume-job", new { job = "vacuum-analyze" })).GetProperty("result");
        Assert.Equal(vacuum.GetProperty("next").ToString(), resumed.GetProperty("next").ToString());

        var unknown = await worker.Client.PostOperationAsync("pause-job", new { job = "nothing" }, expected: HttpStatusCode.Conflict);
        Assert.Contains("There are build-vector-index, off, prune-history, vacuum-analyze", unknown.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_is_run_by_the_clock_and_its_last_run_is_listed()
    {
        await using var worker = await WorkerServer.StartAsync(postgres.Server, ("Schedule:CheckInterval", "00:00:00.100"), ("Schedule:Jobs:often:Operation", "vacuum-analyze"), ("Schedule:Jobs:often:Cron", "* * * * *"),
            ("Schedule:Jobs:often:Arguments:table", "public.conversations"), ("Schedule:Jobs:often:DryRun", "true"));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (true)
        {
            var often = (await worker.Client.GetJsonAsync("/ops/list-jobs")).EnumerateArray().Single(job => job.GetProperty("job").GetString() == "often");
            if (often.GetProperty("lastState").GetString() == "succeeded")
            {
                Assert.Equal("1 table would be vacuumed", often.GetProperty("lastOutcome").GetString());
                break;
            }

            await Task.Delay(200, limit.Token);
        }
    }

    [Fact]
    public async Task A_schedule_with_mistakes_stops_the_start_and_names_them_all()
    {
        var refused = await Assert.ThrowsAnyAsync<OptionsValidationException>(() => WorkerServer.StartAsync(postgres.Server, ("Schedule:Jobs:a:Operation", "nothing"), ("Schedule:Jobs:a:Cron", "0 3 * * *"), ("Schedule:Jobs:vacuum-analyze:Cron", "x")));
        Assert.Equal(2, refused.Failures.Count());
        var unknown = await Assert.ThrowsAnyAsync<Exception>(() => WorkerServer.StartAsync(postgres.Server, ("Schedule:Jobs:vacuum-analyze:Crom", "0 3 * * *")));
        Assert.Contains("Crom", unknown.ToString(), StringComparison.Ordinal);
    }
}
