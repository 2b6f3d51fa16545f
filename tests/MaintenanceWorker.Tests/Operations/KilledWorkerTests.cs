using System.Net;
using PostgresForTests;

namespace MaintenanceWorker.Tests.Operations;

/// <summary>A worker as a process of its own, which is killed in the middle of its work.</summary>
public sealed class KilledWorkerTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_run_whose_worker_is_killed_is_marked_interrupted_by_another_and_the_next_run_is_not_held_up()
    {
        await using var watcher = await WorkerServer.StartAsync(postgres.Server, ("Operations:MaxConcurrentRuns", "0"));
        var stuck = new Dictionary<string, string> { ["table"] = "public.conversations", ["lock-timeout"] = "1h" };
        string id;
        await using (await LockedTable.HoldAsync(watcher.Database))
        {
            await using var victim = await WorkerProcess.StartAsync(watcher.ConnectionString);
            var run = await watcher.Client.PostOperationAsync("vacuum-analyze", stuck, expected: HttpStatusCode.Accepted);
            var running = await watcher.Client.WaitForRunAsync(run, "running");
            id = running.GetProperty("id").GetString()!;
            Assert.Contains($"/{victim.ProcessId}/", running.GetProperty("worker").GetString(), StringComparison.Ordinal);

            victim.Kill();
            var interrupted = await watcher.Client.WaitForRunAsync(run, "interrupted");
            Assert.Contains("not been heard of", interrupted.GetProperty("error").GetString(), StringComparison.Ordinal);
        }

        await using var next = await WorkerProcess.StartAsync(watcher.ConnectionString);
        var second = await watcher.Client.PostOperationAsync("vacuum-analyze", stuck, expected: HttpStatusCode.Accepted);
        await watcher.Client.WaitForRunAsync(second, "succeeded");
        Assert.Equal("interrupted", (await watcher.Client.GetJsonAsync($"/ops/runs/{id}")).GetProperty("state").GetString());
    }
}
