using System.Net;
using System.Text.Json;
using MaintenanceWorker.Operations;
using Microsoft.Extensions.DependencyInjection;
using PostgresForTests;

namespace MaintenanceWorker.Tests.Operations;

public sealed class LostLeaseTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_worker_whose_run_was_taken_for_interrupted_stops_it()
    {
        await using var worker = await WorkerServer.StartAsync(postgres.Server, ("Operations:Lease", "00:10:00"));
        await using var held = await LockedTable.HoldAsync(worker.Database);
        var stuck = new Dictionary<string, string> { ["table"] = "public.conversations", ["lock-timeout"] = "1h" };
        var run = await worker.Client.PostOperationAsync("vacuum-analyze", stuck, expected: HttpStatusCode.Accepted);
        await worker.Client.WaitForRunAsync(run, "running");

        // As another worker does that has not heard of this one.
        await using (var command = worker.Database.CreateCommand("UPDATE ops.runs SET state = 'interrupted', finished_at = now(), error = 'taken for dead'"))
            await command.ExecuteNonQueryAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await HasStoppedAsync(worker))
            await Task.Delay(50, limit.Token);
        var ended = await worker.Client.WaitForRunAsync(run, "interrupted");
        Assert.Contains("could not say in time", ended.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_ends_while_the_database_is_away_is_recorded_when_it_is_back()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var worker = await WorkerServer.StartAsync(server, ("Operations:Lease", "00:10:00"));
        var held = await LockedTable.HoldAsync(worker.Database);
        var run = await worker.Client.PostOperationAsync("vacuum-analyze", new Dictionary<string, string> { ["table"] = "public.conversations", ["lock-timeout"] = "1h" }, expected: HttpStatusCode.Accepted);
        await worker.Client.WaitForRunAsync(run, "running");
        while (!await worker.ScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'VACUUM%')"))
            await Task.Delay(20);
        // Not a kill of the postmaster: the session with the lock may notice it first, and the waiting one then ends well.
        await server.StopImmediatelyAsync();
        await held.DisposeAsync();
        await server.RestartAsync();
        var ended = await worker.Client.WaitForRunAsync(run, "failed");
        Assert.NotEqual("", ended.GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_run_whose_claim_was_committed_and_its_answer_lost_is_done_after_all()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var worker = await WorkerServer.StartAsync(server, ("Operations:Lease", "00:10:00"));
        await IsDoneAfterAllAsync(server, worker);
    }

    [Fact]
    public async Task A_run_whose_end_the_record_refuses_is_not_done_again_when_a_lost_claim_is()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var worker = await WorkerServer.StartAsync(server, ("Operations:Lease", "00:10:00"));
        await using (var refuse = worker.Database.CreateCommand("""
            CREATE SEQUENCE public.refusals;
            CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN PERFORM nextval('public.refusals'); RAISE 'refused by a test'; END $$;
            CREATE TRIGGER refuse BEFORE UPDATE ON ops.runs FOR EACH ROW WHEN (new.finished_at IS NOT NULL AND new.requested_by = 'bootstrap') EXECUTE FUNCTION public.refuse()
            """))
            await refuse.ExecuteNonQueryAsync();
        await worker.Client.PostOperationAsync("vacuum-analyze", new { table = "public.conversations" }, expected: HttpStatusCode.Accepted);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await worker.ScalarAsync<long>("SELECT last_value FROM public.refusals") < 2)
            await Task.Delay(20, limit.Token);
        const string Begun = "SELECT started_at FROM ops.runs WHERE requested_by = 'bootstrap' AND state = 'running'";
        var begun = await worker.ScalarAsync<DateTime>(Begun);
        await IsDoneAfterAllAsync(server, worker, operation: "prune-history");
        Assert.Equal(begun, await worker.ScalarAsync<DateTime>(Begun));
    }

    private static async Task IsDoneAfterAllAsync(PostgresServer server, WorkerServer worker, string operation = "vacuum-analyze")
    {
        var run = Guid.CreateVersion7();
        await using (var claim = worker.Database.CreateCommand("""
            INSERT INTO ops.runs (id, operation, arguments, dry_run, state, requested_by, requested_through, requested_at, worker, started_at, heartbeat_at)
            VALUES ($1, $3, '{}', false, 'running', 'a test', 'http', now() - interval '1 second', $2, now(), now())
            """))
        {
            claim.Parameters.Add(new() { Value = run });
            claim.Parameters.Add(new() { Value = worker.Services.GetRequiredService<WorkerName>().Value });
            claim.Parameters.Add(new() { Value = operation });
            await claim.ExecuteNonQueryAsync();
        }

        await server.StopImmediatelyAsync();
        await server.RestartAsync();
        worker.Database.Clear();
        await worker.Client.WaitForRunAsync(JsonElement.Parse($$"""{"id":"{{run}}"}"""), "succeeded");
    }

    private static async Task<bool> HasStoppedAsync(WorkerServer worker) =>
        await worker.ScalarAsync<bool>("SELECT error LIKE '%could not say in time%' FROM ops.runs");
}
