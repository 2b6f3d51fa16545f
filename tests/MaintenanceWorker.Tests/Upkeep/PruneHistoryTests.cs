using System.Net;
using System.Text.Json;
using MailForTests;
using MaintenanceWorker.Tests.Schedule;
using PostgresForTests;

namespace MaintenanceWorker.Tests.Upkeep;

public sealed class PruneHistoryTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    /// <summary>One version a day, for the last 90.</summary>
    private const string Fill = """
        INSERT INTO history.row_versions (recorded_at, table_name, row_id, conversation_id, operation, old_row)
        SELECT now() - n * interval '1 day' - interval '1 hour', 'conversations', gen_random_uuid(), gen_random_uuid(), 'UPDATE', '{}' FROM generate_series(0, 89) n
        """;

    [Fact]
    public async Task Versions_older_than_30_days_go_younger_ones_stay_and_what_went_is_recorded()
    {
        await using var worker = await WorkerServer.StartAsync(postgres.Server);
        await WatchedDatabase.ExecuteAsync(worker.ConnectionString, Fill);
        var dry = await RunAsync(worker, dryRun: true);
        Assert.Equal(60, Rows(dry, "would be dropped") + Rows(dry, "would be pruned"));
        Assert.Equal(90, await VersionsAsync(worker));

        var run = await RunAsync(worker);
        Assert.Equal(30, await VersionsAsync(worker));
        Assert.Equal(0, await worker.ScalarAsync<long>("SELECT count(*) FROM history.row_versions WHERE recorded_at < now() - interval '30 days'"));
        Assert.Equal(0, await worker.ScalarAsync<long>("SELECT count(*) FROM history.row_versions_default"));
        Assert.Equal(60, Rows(run, "dropped") + Rows(run, "pruned"));
        Assert.True(Rows(run, "dropped") > 0);
        var log = await worker.Client.GetJsonAsync($"/ops/runs/{run.GetProperty("id").GetString()}/log");
        foreach (var dropped in run.GetProperty("result").EnumerateArray().Where(part => part.GetProperty("outcome").GetString() == "dropped"))
            Assert.Contains(log.EnumerateArray(), line => line.GetProperty("message").GetString() == $"{dropped.GetProperty("partition").GetString()}: dropped with {dropped.GetProperty("rows").GetInt64()} rows");

        var again = await RunAsync(worker);
        Assert.Equal((0, "nothing to do"), (again.GetProperty("result").GetArrayLength(), again.GetProperty("summary").GetString()));
        Assert.Equal(10, Rows(await RunAsync(worker, keep: "20d"), "pruned", "dropped"));
        var refused = await worker.Client.PostOperationAsync("prune-history", new { keep = "23h" }, expected: HttpStatusCode.Accepted);
        Assert.Contains("a day or longer", (await worker.Client.WaitForRunAsync(refused, "failed")).GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_workers_that_are_asked_at_once_remove_each_version_once()
    {
        await using var first = await WorkerServer.StartAsync(postgres.Server);
        await using var second = WorkerServer.Start(first.ConnectionString);
        await WatchedDatabase.ExecuteAsync(first.ConnectionString, Fill);
        var asked = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => (i % 2 == 0 ? first : second).Client.PostOperationAsync("prune-history", expected: HttpStatusCode.Accepted)));
        var runs = new List<JsonElement>();
        foreach (var run in asked)
            runs.Add(await first.Client.WaitForRunAsync(run, "succeeded"));
        Assert.Equal(60, runs.Sum(run => Rows(run, "dropped", "pruned")));
        Assert.Equal(30, await VersionsAsync(first));
    }

    [Fact]
    public async Task Somebody_who_uses_the_history_is_not_waited_for_for_long()
    {
        await using var worker = await WorkerServer.StartAsync(postgres.Server);
        await WatchedDatabase.ExecuteAsync(worker.ConnectionString, Fill + "; SELECT history.ensure_partitions(3)");
        await using (await LockedTable.HoldAsync(worker.Database, "history.row_versions"))
        {
            var held = await RunAsync(worker, lockTimeout: "1s");
            Assert.True(held.GetProperty("needsAttention").GetBoolean());
            Assert.Contains("locked", held.GetProperty("summary").GetString(), StringComparison.Ordinal);
        }

        Assert.Equal(60, Rows(await RunAsync(worker), "dropped", "pruned"));
    }

    [Fact]
    public async Task After_months_without_a_deployment_the_daily_job_alone_keeps_rows_out_of_the_default_partition()
    {
        var start = new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
        await using var schedule = ScheduleUnderTest.Start(await MigratedDatabase.CreateAsync(postgres.Server), start, ("Schedule:Jobs:prune-history:Enabled", "true"));
        // As a deployment of five months ago has left it: what it made has passed.
        await WatchedDatabase.ExecuteAsync(schedule.Worker.ConnectionString, """
            DO $$ DECLARE name text; BEGIN
                FOR name IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'history.row_versions'::regclass AND c.relname <> 'row_versions_default' LOOP
                    EXECUTE format('DROP TABLE history.%I', name);
                END LOOP;
            END $$;
            INSERT INTO conversations (id, subject, status, last_message_at) VALUES (gen_random_uuid(), '', 'waiting', now());
            UPDATE conversations SET status = 'active'
            """);
        Assert.Equal(1, await DefaultRowsAsync(schedule));
        await schedule.AddSchedulerAsync();
        foreach (var day in new[] { 1, 32, 62 })
        {
            var moment = new DateTimeOffset(start.Date, TimeSpan.Zero).AddDays(day).AddHours(2.5);
            await schedule.RunAtAsync("prune-history", moment);
            var runs = (await schedule.Worker.Client.GetJsonAsync("/ops/runs?operation=prune-history")).GetProperty("items").EnumerateArray();
            await schedule.Worker.Client.WaitForRunAsync(runs.Single(run => run.GetProperty("scheduledFor").GetDateTimeOffset() == moment), "succeeded");
            await WatchedDatabase.ExecuteAsync(schedule.Worker.ConnectionString, "UPDATE conversations SET status = CASE status WHEN 'active' THEN 'waiting' ELSE 'active' END::conversation_status");
            Assert.Equal(0, await DefaultRowsAsync(schedule));
        }

        Assert.Equal(4, await VersionsAsync(schedule.Worker));
        // Before the last of these months the job has been run again, or somebody was told for two months that it was not.
        foreach (var month in new[] { 0, 1, 2, 3 })
            Assert.True(await schedule.Worker.ScalarAsync<bool>($"SELECT to_regclass('history.row_versions_' || to_char(date_trunc('month', now() AT TIME ZONE 'UTC') + {month} * interval '1 month', 'YYYY_MM')) IS NOT NULL"));
    }

    private static Task<long> DefaultRowsAsync(ScheduleUnderTest schedule) => schedule.Worker.ScalarAsync<long>("SELECT count(*) FROM history.row_versions_default");

    private static Task<long> VersionsAsync(WorkerServer worker) => worker.ScalarAsync<long>("SELECT count(*) FROM history.row_versions");

    private static long Rows(JsonElement run, params string[] outcomes) =>
        run.GetProperty("result").EnumerateArray().Where(part => outcomes.Contains(part.GetProperty("outcome").GetString())).Sum(part => part.GetProperty("rows").GetInt64());

    private static async Task<JsonElement> RunAsync(WorkerServer worker, bool dryRun = false, string keep = "30d", string lockTimeout = "10s")
    {
        var arguments = new Dictionary<string, string> { ["keep"] = keep, ["lock-timeout"] = lockTimeout };
        var run = await worker.Client.PostOperationAsync("prune-history", arguments, dryRun, HttpStatusCode.Accepted);
        return await worker.Client.WaitForRunAsync(run, "succeeded");
    }
}
