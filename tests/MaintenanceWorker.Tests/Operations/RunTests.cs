using System.Net;
using System.Text.Json;
using MaintenanceWorker.Operations;
using MaintenanceWorker.Operations.Runs;
using Microsoft.Extensions.DependencyInjection;
using OperationsCatalogue;
using PostgresForTests;

namespace MaintenanceWorker.Tests.Operations;

public sealed class RunTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly object _stuck = new Dictionary<string, string> { ["table"] = "public.conversations", ["lock-timeout"] = "1h" };

    [Fact]
    public async Task A_long_operation_is_queued_done_and_recorded_with_its_log_and_result()
    {
        await using var worker = await WorkerServer.StartAsync(postgres.Server);
        var queued = await worker.Client.PostOperationAsync("vacuum-analyze", expected: HttpStatusCode.Accepted);
        var run = await worker.Client.WaitForRunAsync(queued, "succeeded");

        Assert.Equal("bootstrap", run.GetProperty("requestedBy").GetString());
        Assert.Equal("http", run.GetProperty("requestedThrough").GetString());
        Assert.Equal(1, run.GetProperty("progress").GetDouble());
        Assert.Contains(run.GetProperty("result").EnumerateArray(), table => table.GetProperty("table").GetString() == "public.conversation_messages" && table.GetProperty("outcome").GetString() == "vacuumed");
        var log = await worker.Client.GetJsonAsync($"/ops/runs/{run.GetProperty("id").GetString()}/log");
        Assert.Contains(log.EnumerateArray(), line => line.GetProperty("message").GetString()!.StartsWith("public.conversations: vacuumed", StringComparison.Ordinal));
        Assert.Equal(Enumerable.Range(1, log.GetArrayLength()), log.EnumerateArray().Select(line => line.GetProperty("line").GetInt32()));
        Assert.NotEqual(0, await worker.ScalarAsync<long>("SELECT vacuum_count FROM pg_stat_user_tables WHERE relname = 'conversations'"));
    }

    [Fact]
    public async Task A_run_at_work_is_cancelled_on_the_server_too()
    {
        await using var worker = await WorkerServer.StartAsync(postgres.Server);
        await using var held = await LockedTable.HoldAsync(worker.Database);
        var run = await worker.Client.PostOperationAsync("vacuum-analyze", _stuck, expected: HttpStatusCode.Accepted);
        await worker.Client.WaitForRunAsync(run, "running");
        await WaitForVacuumAsync(worker, 1);

        await PostAsync(worker.Client, $"/ops/runs/{run.GetProperty("id").GetString()}/cancel", HttpStatusCode.OK);
        var ended = await worker.Client.WaitForRunAsync(run, "cancelled");
        Assert.Equal("bootstrap", ended.GetProperty("cancelRequestedBy").GetString());
        await WaitForVacuumAsync(worker, 0);
        await worker.Client.WaitForRunAsync(run, "cancelled");
        // Asked again of a run that was cancelled: nothing happens. Of one that ended by itself: a conflict.
        await PostAsync(worker.Client, $"/ops/runs/{run.GetProperty("id").GetString()}/cancel", HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_queued_run_is_cancelled_at_once_and_one_that_has_ended_is_a_conflict()
    {
        await using var worker = await WorkerServer.StartAsync(postgres.Server, ("Operations:MaxConcurrentRuns", "0"));
        var run = await worker.Client.PostOperationAsync("vacuum-analyze", expected: HttpStatusCode.Accepted);
        var cancelled = await PostAsync(worker.Client, $"/ops/runs/{run.GetProperty("id").GetString()}/cancel", HttpStatusCode.OK);
        Assert.Equal("cancelled", cancelled.GetProperty("state").GetString());

        var made = await worker.Client.PostOperationAsync("create-api-key", new { name = "a" });
        var conflict = await PostAsync(worker.Client, $"/ops/runs/{made.GetProperty("id").GetString()}/cancel", HttpStatusCode.Conflict);
        Assert.EndsWith(":conflict", conflict.GetProperty("type").GetString(), StringComparison.Ordinal);
        await PostAsync(worker.Client, $"/ops/runs/{Guid.NewGuid()}/cancel", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Two_workers_do_each_run_once_and_both_show_it()
    {
        await using var first = await WorkerServer.StartAsync(postgres.Server);
        await using var second = WorkerServer.Start(first.ConnectionString);
        var runs = new List<JsonElement>();
        for (var i = 0; i < 12; i++)
            runs.Add(await (i % 2 == 0 ? first : second).Client.PostOperationAsync("vacuum-analyze", new { table = "public.conversations" }, expected: HttpStatusCode.Accepted));

        foreach (var run in runs)
        {
            var here = await first.Client.WaitForRunAsync(run, "succeeded", "failed");
            var there = await second.Client.GetJsonAsync($"/ops/runs/{run.GetProperty("id").GetString()}");
            Assert.Equal("succeeded", here.GetProperty("state").GetString());
            Assert.Equal(here.ToString(), there.ToString());
        }

        // One line in the log a run: a table that was vacuumed twice in a run would have two.
        Assert.Equal(12, await first.ScalarAsync<long>("SELECT count(*) FROM ops.run_log WHERE message LIKE 'public.conversations: vacuumed%'"));
        Assert.Equal(12, await first.ScalarAsync<long>("SELECT vacuum_count FROM pg_stat_user_tables WHERE relname = 'conversations'"));
    }

    [Fact]
    public async Task Exclusive_runs_come_one_after_the_other()
    {
        await using var worker = await WorkerServer.StartAsync(postgres.Server, ("Operations:MaxConcurrentRuns", "4"));
        await using var other = WorkerServer.Start(worker.ConnectionString, ("Operations:MaxConcurrentRuns", "4"));
        JsonElement[] runs;
        await using (await LockedTable.HoldAsync(worker.Database))
        {
            runs = [await Ask(), await Ask(), await Ask()];
            await worker.Client.WaitForRunAsync(runs[0], "running");
            await WaitForVacuumAsync(worker, 1);
            Assert.Equal(1, await worker.ScalarAsync<long>("SELECT count(*) FROM ops.runs WHERE state = 'running'"));
        }

        foreach (var run in runs)
            await worker.Client.WaitForRunAsync(run, "succeeded");
        Assert.Equal(0, await worker.ScalarAsync<long>("SELECT count(*) FROM ops.runs a JOIN ops.runs b ON a.id < b.id AND b.started_at < a.finished_at"));

        Task<JsonElement> Ask() => worker.Client.PostOperationAsync("vacuum-analyze", _stuck, expected: HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task The_same_idempotency_key_is_the_same_run_and_another_call_may_not_use_it()
    {
        await using var worker = await WorkerServer.StartAsync(postgres.Server);
        var first = await worker.Client.PostOperationAsync("create-api-key", new { name = "once" }, idempotencyKey: "k1");
        var again = await worker.Client.PostOperationAsync("create-api-key", new { name = "once" }, idempotencyKey: "k1");
        Assert.Equal(first.GetProperty("id").GetString(), again.GetProperty("id").GetString());
        Assert.Equal(1, await worker.ScalarAsync<long>("SELECT count(*) FROM ops.api_keys"));
        // The key is shown once only.
        Assert.StartsWith("cp_", first.GetProperty("result").GetProperty("key").GetString(), StringComparison.Ordinal);
        Assert.Equal("***", again.GetProperty("result").GetProperty("key").GetString());
        Assert.Equal(0, await worker.ScalarAsync<long>($"SELECT count(*) FROM ops.runs r WHERE r::text LIKE '%{first.GetProperty("result").GetProperty("key").GetString()}%'"));

        var reused = await worker.Client.PostOperationAsync("create-api-key", new { name = "other" }, expected: HttpStatusCode.UnprocessableEntity, idempotencyKey: "k1");
        Assert.EndsWith(":idempotency-key-reused", reused.GetProperty("type").GetString(), StringComparison.Ordinal);
        var queued = await worker.Client.PostOperationAsync("vacuum-analyze", expected: HttpStatusCode.Accepted, idempotencyKey: "k2");
        var same = await worker.Client.PostOperationAsync("vacuum-analyze", expected: HttpStatusCode.Accepted, idempotencyKey: "k2");
        Assert.Equal(queued.GetProperty("id").GetString(), same.GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_run_of_a_worker_that_is_stopped_is_interrupted_at_once()
    {
        await using var watcher = await WorkerServer.StartAsync(postgres.Server, ("Operations:MaxConcurrentRuns", "0"));
        await using var held = await LockedTable.HoldAsync(watcher.Database);
        JsonElement run;
        await using (var worker = WorkerServer.Start(watcher.ConnectionString, ("Operations:Lease", "00:10:00")))
        {
            run = await worker.Client.PostOperationAsync("vacuum-analyze", _stuck, expected: HttpStatusCode.Accepted);
            await worker.Client.WaitForRunAsync(run, "running");
            await WaitForVacuumAsync(watcher, 1);
        }

        var interrupted = await watcher.Client.GetJsonAsync($"/ops/runs/{run.GetProperty("id").GetString()}");
        Assert.Equal("interrupted", interrupted.GetProperty("state").GetString());
        await WaitForVacuumAsync(watcher, 0);
    }

    [Fact]
    public async Task What_is_recorded_as_begun_is_done_though_its_caller_goes_away()
    {
        await using var worker = await WorkerServer.StartAsync(postgres.Server);
        var operation = Catalogue.Find("create-api-key")!;
        var arguments = new Dictionary<string, string> { ["name"] = "of a caller that went away" };
        var run = new NewRun(Guid.CreateVersion7(), operation, new(operation, arguments), DryRun: false, "a test", "http");
        using var caller = new CancellationTokenSource();
        Task asked;
        await using (await LockedTable.HoldAsync(worker.Database, "ops.runs"))
        {
            asked = worker.Services.GetRequiredService<OperationRunner>().DoAsync(run, caller.Token);
            while (!await worker.ScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT INTO ops.runs%' AND datname = current_database())"))
                await Task.Delay(20);
            await caller.CancelAsync();
        }

        await asked.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        var ended = await worker.Client.WaitForRunAsync(JsonElement.Parse($$"""{"id":"{{run.Id}}"}"""), "succeeded", "interrupted");
        Assert.Equal("succeeded", ended.GetProperty("state").GetString());
        Assert.Equal(1, await worker.ScalarAsync<long>("SELECT count(*) FROM ops.api_keys"));
    }

    [Fact]
    public async Task Bad_arguments_are_refused_by_name_and_nothing_is_recorded()
    {
        await using var worker = await WorkerServer.StartAsync(postgres.Server);
        var wrong = await worker.Client.PostOperationAsync("vacuum-analyze", new Dictionary<string, string> { ["lock-timeout"] = "soon", ["tables"] = "x" }, expected: HttpStatusCode.BadRequest);
        Assert.Equal(["lock-timeout", "tables"], wrong.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order());
        var noDryRun = await worker.Client.PostOperationAsync("create-api-key", new { name = "x" }, dryRun: true, expected: HttpStatusCode.BadRequest);
        Assert.True(noDryRun.GetProperty("errors").TryGetProperty("dryRun", out _));
        var failed = await worker.Client.PostOperationAsync("revoke-api-key", new { id = Guid.NewGuid().ToString() }, expected: HttpStatusCode.Conflict);
        Assert.EndsWith(":operation-failed", failed.GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.Equal("failed", await worker.ScalarAsync<string>("SELECT string_agg(state::text, ',') FROM ops.runs"));

        var unknown = new { id = Guid.NewGuid().ToString() };
        for (var time = 0; time < 2; time++)
            await worker.Client.PostOperationAsync("revoke-api-key", unknown, expected: HttpStatusCode.Conflict, idempotencyKey: "the same again");
        Assert.Equal(2, await worker.ScalarAsync<long>("SELECT count(*) FROM ops.runs"));
    }

    [Theory]
    [InlineData("{\"arguments\":{}}", "application/x-www-form-urlencoded", HttpStatusCode.UnsupportedMediaType, "unsupported-media-type")]
    [InlineData("{\"arguments\":{", "application/json", HttpStatusCode.BadRequest, "malformed-json")]
    [InlineData("{\"arguments\":{\"table\":5}}", "application/json", HttpStatusCode.BadRequest, "malformed-json")]
    [InlineData("[]", "application/json", HttpStatusCode.BadRequest, "malformed-json")]
    public async Task A_body_that_cannot_be_read_is_refused_and_nothing_is_begun(string body, string mediaType, HttpStatusCode expected, string type)
    {
        await using var worker = await WorkerServer.StartAsync(postgres.Server);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, mediaType);
        using var response = await worker.Client.PostAsync("/ops/vacuum-analyze", content);
        Assert.Equal(expected, response.StatusCode);
        Assert.EndsWith($":{type}", JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, await worker.ScalarAsync<long>("SELECT count(*) FROM ops.runs"));
    }

    [Fact]
    public async Task A_worker_that_connected_before_the_migration_does_runs_after_it()
    {
        await using var worker = WorkerServer.Start(await postgres.CreateDatabaseAsync());
        await worker.Client.PostOperationAsync("vacuum-analyze", expected: HttpStatusCode.Conflict);
        await MailForTests.MigratedDatabase.MigrateAsync(worker.ConnectionString);
        var run = await worker.Client.PostOperationAsync("vacuum-analyze", expected: HttpStatusCode.Accepted);
        await worker.Client.WaitForRunAsync(run, "succeeded");
    }

    private static async Task<JsonElement> PostAsync(HttpClient client, string path, HttpStatusCode expected)
    {
        using var response = await client.PostAsync(path, null);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{(int)response.StatusCode}: {text}");
        return JsonElement.Parse(text);
    }

    private static async Task WaitForVacuumAsync(WorkerServer worker, long backends)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await worker.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'VACUUM (ANALYZE)%' AND state = 'active' AND datname = current_database()") != backends)
            await Task.Delay(50, limit.Token);
    }
}
