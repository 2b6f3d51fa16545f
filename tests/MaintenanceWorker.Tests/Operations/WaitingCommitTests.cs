using System.Net;
using System.Text.Json;
using ConversationData.Connections;
using ConversationData.Operations.Runs;
using ConversationData.Roles;
using MailForTests;
using MaintenanceWorker.Cli;
using MaintenanceWorker.Operations;
using MaintenanceWorker.Operations.Runs;
using MaintenanceWorker.Schedule;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using OperationsCatalogue;
using PostgresForTests;

namespace MaintenanceWorker.Tests.Operations;

/// <summary>What the worker writes while the standby is gone that commits wait for.</summary>
public sealed class WaitingCommitTests
{
    // More than the worker waits for an answer.
    private const int Long = 5;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(90);
    private static readonly (string, string?) _takesNoRuns = ("Operations:MaxConcurrentRuns", "0");

    // Given up as unanswered, and answered when its lease is over.
    [Theory]
    [InlineData(2)]
    [InlineData(600)]
    public async Task A_claim_that_its_standby_confirms_late_is_not_seen_before_and_its_run_is_done_once(int patience)
    {
        await using var server = await PostgresServer.StartAsync();
        await using var worker = await StartAsync(server, patience);
        await using var standby = await LostStandby.OfAsync(server);
        var run = Guid.CreateVersion7();
        await using (var queue = worker.Database.CreateCommand($$"""
            SET synchronous_commit = local;
            INSERT INTO ops.runs (id, operation, arguments, dry_run, lane, state, requested_by, requested_through, requested_at)
            VALUES ('{{run}}', 'vacuum-analyze', '{"table":"public.conversations"}', false, 'vacuum-analyze', 'queued', 'a test', 'http', now() - interval '1 second')
            """))
            await queue.ExecuteNonQueryAsync();

        await standby.WaitForWaitingAsync(Long);
        Assert.Equal("queued", await worker.ScalarAsync<string>("SELECT state::text FROM ops.runs"));
        await standby.DoWithoutAsync();
        await worker.Client.WaitForRunAsync(JsonElement.Parse($$"""{"id":"{{run}}"}"""), "succeeded");
        Assert.Equal(1, await worker.ScalarAsync<long>("SELECT count(*) FROM ops.run_log WHERE message LIKE 'public.conversations: vacuumed%'"));
    }

    [Fact]
    public async Task An_exclusive_run_whose_signs_of_life_no_standby_confirms_stops_within_its_lease_and_nobody_else_ends_it()
    {
        await using var server = await PostgresServer.StartAsync();
        // Its lease is shorter than it waits for an answer.
        await using var worker = await StartAsync(server, patience: 600, ("Operations:Lease", "00:00:09"));
        await using var held = await LockedTable.HoldAsync(worker.Database);
        var run = await worker.Client.PostOperationAsync("vacuum-analyze", new Dictionary<string, string> { ["table"] = "public.conversations", ["lock-timeout"] = "1h" }, expected: HttpStatusCode.Accepted);
        await worker.Client.WaitForRunAsync(run, "running");
        await using var standby = await LostStandby.OfAsync(server);
        using var limit = new CancellationTokenSource(_patience);
        while (await worker.ScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE query LIKE 'VACUUM%' AND state = 'active')"))
            await Task.Delay(50, limit.Token);
        // It is to have stopped, not to begin to, when another worker may begin.
        Assert.InRange(await worker.ScalarAsync<TimeSpan>("SELECT clock_timestamp() - heartbeat_at FROM ops.runs"), TimeSpan.Zero, TimeSpan.FromSeconds(9));
        await standby.WaitForWaitingAsync(Long);
        Assert.Equal("running", await worker.ScalarAsync<string>("SELECT state::text FROM ops.runs"));
        await standby.DoWithoutAsync();
        var ended = await worker.Client.WaitForRunAsync(run, "interrupted");
        Assert.Contains("could not say in time", ended.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_known_to_be_recorded_is_not_begun_and_the_record_comes_to_say_so()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var worker = await StartAsync(server);
        await using var standby = await LostStandby.OfAsync(server);
        var refused = await worker.Client.PostOperationAsync("create-api-key", new { name = "never made" }, expected: HttpStatusCode.Conflict);
        Assert.Contains("was not begun", refused.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await standby.WaitForWaitingAsync(Long);
        Assert.Equal(0, await worker.ScalarAsync<long>("SELECT count(*) FROM ops.runs"));
        await standby.DoWithoutAsync();
        using var limit = new CancellationTokenSource(_patience);
        while (!await worker.ScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM ops.runs WHERE state = 'failed' AND error LIKE 'It was not begun%')"))
            await Task.Delay(50, limit.Token);
        Assert.Equal(0, await worker.ScalarAsync<long>("SELECT count(*) FROM ops.api_keys"));
    }

    [Fact]
    public async Task What_is_in_doubt_stays_so_when_it_is_asked_for_again_with_its_key()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var worker = await StartAsync(server, patience: 30, _takesNoRuns);
        Task<JsonElement> asked;
        LostStandby standby;
        await using (await LockedTable.HoldAsync(worker.Database, "ops.api_keys"))
        {
            asked = AskAsync();
            await WaitForKeyAsync(worker);
            standby = await LostStandby.OfAsync(server);
        }

        await using (standby)
        {
            await standby.EndWaitsUntilAsync(asked);
            Assert.EndsWith("commit-in-doubt", (await asked).GetProperty("type").GetString(), StringComparison.Ordinal);
            await standby.DoWithoutAsync();
        }

        using var limit = new CancellationTokenSource(_patience);
        while (!await worker.ScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM ops.runs WHERE state = 'interrupted')"))
            await Task.Delay(50, limit.Token);
        Assert.EndsWith("commit-in-doubt", (await AskAsync()).GetProperty("type").GetString(), StringComparison.Ordinal);

        Task<JsonElement> AskAsync() => worker.Client.PostOperationAsync("create-api-key", new { name = "perhaps" }, expected: HttpStatusCode.ServiceUnavailable, idempotencyKey: "k");
    }

    [Fact]
    public async Task What_ends_with_its_worker_is_not_in_doubt()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var worker = await StartAsync(server, patience: 30, _takesNoRuns);
        await using var held = await LockedTable.HoldAsync(worker.Database, "ops.api_keys");
        var asked = worker.Client.PostOperationAsync("create-api-key", new { name = "never made" }, expected: HttpStatusCode.Conflict);
        await WaitForKeyAsync(worker);
        worker.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        Assert.Contains("worker was stopped", (await asked).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_goes_on_without_the_record_is_spoken_for_where_the_record_has_it()
    {
        await using var server = await PostgresServer.StartAsync();
        var end = new TaskCompletionSource();
        await using var worker = WorkerServer.Start(await MigratedDatabase.CreateAsync(server), services =>
        {
            services.Remove(services.Single(service => service.ImplementationInstance is OperationRegistration { Name: "restart-node" }));
            services.AddSingleton(new OperationRegistration("restart-node", _ => new UntilToldTo(end.Task)));
        }, _takesNoRuns);
        await using var standby = await LostStandby.OfAsync(server);
        Task<JsonElement>[] asked = [AskAsync()];
        using var limit = new CancellationTokenSource(_patience);
        await standby.EndWaitsUntilAsync(UntilAsync("SELECT EXISTS (SELECT 1 FROM ops.runs WHERE state = 'running')"));
        await standby.DoWithoutAsync();
        await UntilAsync("SELECT heartbeat_at > started_at FROM ops.runs");
        asked = [.. asked, AskAsync()];
        end.SetResult();
        Assert.Single((await Task.WhenAll(asked)).Select(run => run.GetProperty("id").GetString()).Distinct());
        Assert.Equal("succeeded", await worker.ScalarAsync<string>("SELECT state::text FROM ops.runs"));

        Task<JsonElement> AskAsync() => worker.Client.PostOperationAsync("restart-node", new { node = "postgres-1" }, idempotencyKey: "k");
        async Task UntilAsync(string sql)
        {
            while (!await worker.ScalarAsync<bool>(sql))
                await Task.Delay(20, limit.Token);
        }
    }

    [Fact]
    public async Task Nothing_is_acknowledged_whose_wait_for_the_standby_an_operator_ended()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var worker = await StartAsync(server, patience: 30, _takesNoRuns);
        var queued = await worker.Client.PostOperationAsync("prune-history", expected: HttpStatusCode.Accepted);
        await using var standby = await LostStandby.OfAsync(server);
        await IsInDoubtAsync(() => worker.Client.PostOperationAsync("vacuum-analyze", expected: HttpStatusCode.ServiceUnavailable));
        await IsInDoubtAsync(() => worker.Client.PostJsonAsync($"/ops/runs/{queued.GetProperty("id").GetString()}/cancel", HttpStatusCode.ServiceUnavailable));

        await using (var error = new StringWriter())
        {
            var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Worker:Address", worker.Address.ToString()), new("Worker:ApiKey", WorkerServer.BootstrapKey)]).Build();
            var typed = OperationCli.RunAsync(["vacuum-analyze"], configuration, error, error);
            await standby.EndWaitsUntilAsync(typed);
            Assert.Equal(ExitCode.Failed, (ExitCode)await typed);
            Assert.Contains("not known", error.ToString(), StringComparison.Ordinal);
        }

        var operation = Catalogue.Find("create-api-key")!;
        var run = new NewRun(Guid.CreateVersion7(), operation, new(operation, new Dictionary<string, string> { ["name"] = "perhaps made" }), false, "a test", "http");
        var made = worker.Services.GetRequiredService<RunExecution>().RunAsync(run, isRecorded: false);
        await standby.EndWaitsUntilAsync(made);
        Assert.Equal(RunState.Interrupted, (await made).State);
        Assert.Contains("not known", (await made).Error, StringComparison.Ordinal);

        var (register, job) = (worker.Services.GetRequiredService<JobRegister>(), worker.Services.GetRequiredService<JobSchedule>().Find("vacuum-analyze"));
        var paused = register.PauseAsync(job, "a test", DateTimeOffset.UtcNow, default);
        await standby.EndWaitsUntilAsync(paused);
        await Assert.ThrowsAsync<CommitInDoubtException>(() => paused);
        await using (var hold = await HoldAsync(register, job))
        {
            var skipped = hold.SkipAsync(DateTimeOffset.UtcNow, "a test", default);
            await standby.EndWaitsUntilAsync(skipped);
            await Assert.ThrowsAsync<CommitInDoubtException>(() => skipped);
        }

        var resumed = register.ResumeAsync(job.Name, DateTimeOffset.UtcNow, default);
        await standby.EndWaitsUntilAsync(resumed);
        await Assert.ThrowsAsync<CommitInDoubtException>(() => resumed);
        await standby.DoWithoutAsync();

        async Task IsInDoubtAsync(Func<Task<JsonElement>> ask)
        {
            var answer = ask();
            await standby.EndWaitsUntilAsync(answer);
            Assert.EndsWith("commit-in-doubt", (await answer).GetProperty("type").GetString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("vacuum-analyze", RunState.Succeeded)]
    [InlineData("build-vector-index", RunState.Succeeded)]
    [InlineData("prune-history", RunState.Interrupted)]
    public async Task Upkeep_that_changes_no_rows_waits_for_no_standby_and_no_wait_is_ended_for_the_rest(string name, RunState expected)
    {
        await using var server = await PostgresServer.StartAsync();
        await using var worker = await StartAsync(server, patience: 2, _takesNoRuns);
        await ExecuteAsync(worker, """
            INSERT INTO conversations (id, lead_email, subject, status, message_count, last_message_at) VALUES ('019aa000-0000-7000-8000-000000000001', 'lead@people.example', 'S', 'active', 1, now());
            INSERT INTO conversation_messages (id, conversation_id, direction, subject, content, sent_at, message_id, content_hash)
            VALUES ('019aa000-0000-7000-8000-000000000002', '019aa000-0000-7000-8000-000000000001', 'inbound', 'S', 'T', now(), 'm', sha256('m'));
            INSERT INTO embedding_models (id, name, dimensions, is_current) VALUES (1, 'test', 3, true);
            INSERT INTO message_embeddings (message_id, model_id, conversation_id, embedding) SELECT id, 1, conversation_id, '[1,2,3]' FROM conversation_messages;
            UPDATE conversations SET subject = 'T';
            """);
        await using var standby = await LostStandby.OfAsync(server);
        await ExecuteAsync(worker, "SET synchronous_commit = local; UPDATE history.row_versions SET recorded_at = recorded_at - interval '40 days'");
        var operation = Catalogue.Find(name)!;
        var arguments = name == "build-vector-index" ? new Dictionary<string, string> { ["minimum-vectors"] = "1" } : [];
        var run = new NewRun(Guid.CreateVersion7(), operation, new(operation, arguments), false, "a test", "http");
        var outcome = await worker.Services.GetRequiredService<RunExecution>().RunAsync(run, isRecorded: false).WaitAsync(_patience);
        Assert.True(outcome.State == expected, outcome.Text);
        if (expected == RunState.Interrupted)
        {
            await standby.WaitForWaitingAsync(Long);
            // Nobody sees the partition yet that it made for the old row.
            Assert.True(await worker.ScalarAsync<bool>("SELECT to_regclass('history.row_versions_' || to_char(now() AT TIME ZONE 'UTC' - interval '40 days', 'YYYY_MM')) IS NULL"));
        }

        await standby.DoWithoutAsync();
    }

    private static async Task WaitForKeyAsync(WorkerServer worker)
    {
        using var limit = new CancellationTokenSource(_patience);
        while (!await worker.ScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT INTO ops.api_keys%')"))
            await Task.Delay(20, limit.Token);
    }

    private static async Task<HeldJob> HoldAsync(JobRegister register, ScheduledJob job)
    {
        using var limit = new CancellationTokenSource(_patience);
        while (true)
        {
            // The worker's own scheduler may be at it.
            if (await register.HoldAsync(job.Name, limit.Token) is { } held)
                return held;
            await Task.Delay(20, limit.Token);
        }
    }

    private static async Task<WorkerServer> StartAsync(PostgresServer server, int patience = 2, params (string, string?)[] settings)
    {
        var database = await MigratedDatabase.CreateAsync(server);
        var impatient = new NpgsqlConnectionStringBuilder(MigratedDatabase.As(database, DatabaseRoles.Maintenance)) { CommandTimeout = patience };
        return WorkerServer.Start(database, [("ConnectionStrings:conversations", impatient.ConnectionString), .. settings]);
    }

    private static async Task ExecuteAsync(WorkerServer worker, string sql)
    {
        await using var command = worker.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private sealed class UntilToldTo(Task end) : IOperationHandler
    {
        public async Task<OperationResult> RunAsync(OperationCall call, CancellationToken cancellationToken)
        {
            await end.WaitAsync(cancellationToken);
            return new(JsonElement.Parse("{}"), "Done as told");
        }
    }
}
