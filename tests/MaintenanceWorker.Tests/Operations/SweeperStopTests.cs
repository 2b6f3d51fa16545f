using ConversationData.Operations.Runs;
using MaintenanceWorker.Operations.Runs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using OperationsCatalogue;
using PostgresForTests;

namespace MaintenanceWorker.Tests.Operations;

public sealed class SweeperStopTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_worker_that_stops_does_not_wait_for_a_record_that_does_not_answer()
    {
        await using var worker = await WorkerServer.StartAsync(postgres.Server, ("Operations:MaxConcurrentRuns", "0"), ("Operations:Lease", "00:10:00"));
        await using var held = await LockedTable.HoldAsync(worker.Database, "ops.runs");
        var ends = worker.Services.GetRequiredService<RunEnds>();
        var ended = Ended();
        var recording = ends.RecordAsync(ended);
        while (!recording.IsCompleted)
        {
            await using (var end = worker.Database.CreateCommand("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"))
                await end.ExecuteNonQueryAsync();
            await Task.WhenAny(recording, Task.Delay(50));
        }

        await recording;
        Assert.Equal(ended.Run.Id, Assert.Single(ends.Unrecorded));
        var sweeper = worker.Services.GetServices<IHostedService>().OfType<RunSweeper>().Single();
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await sweeper.StopAsync(patience.Token).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Empty(ends.Unrecorded);
    }

    [Fact]
    public async Task Two_who_record_late_at_the_same_time_record_each_end_once()
    {
        await using var worker = await WorkerServer.StartAsync(postgres.Server, ("Operations:MaxConcurrentRuns", "0"));
        await using (var count = worker.Database.CreateCommand("""
            CREATE SEQUENCE public.records MINVALUE 0;
            CREATE FUNCTION public.count() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN PERFORM nextval('public.records'); RETURN new; END $$;
            CREATE TRIGGER count BEFORE INSERT ON ops.runs FOR EACH ROW EXECUTE FUNCTION public.count()
            """))
            await count.ExecuteNonQueryAsync();
        var ends = worker.Services.GetRequiredService<RunEnds>();
        Task both;
        await using (await LockedTable.HoldAsync(worker.Database, "ops.runs"))
        {
            ends.RecordLater(Ended());
            ends.RecordLater(Ended());
            both = Task.WhenAll(ends.RetryAsync(), ends.RetryAsync());
        }

        await both;
        Assert.Equal(2, await worker.ScalarAsync<long>("SELECT count(*) FROM ops.runs"));
        Assert.Equal(2, await worker.ScalarAsync<long>("SELECT nextval('public.records')"));
    }

    private static EndedRun Ended()
    {
        var operation = Catalogue.Find("vacuum-analyze")!;
        var run = new NewRun(Guid.CreateVersion7(), operation, new(operation, new Dictionary<string, string>()), false, "a test", "http");
        return new(run, DateTimeOffset.UtcNow, new(RunState.Failed, null, "it failed"), new(TimeProvider.System, NullLogger.Instance), null);
    }
}
