using MaintenanceWorker.Operations;
using MaintenanceWorker.Schedule;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;

namespace MaintenanceWorker.Tests.Schedule;

/// <summary>Workers that keep a schedule by a clock of the test's own; all else of them lives by the real one.</summary>
internal sealed class ScheduleUnderTest : IAsyncDisposable
{
    // Comes last in the order of names: when it is decided on, so is everything else that was due.
    private const string Witness = "z-witness";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(90);
    private readonly List<Scheduler> _schedulers = [];

    private ScheduleUnderTest(WorkerServer worker, DateTimeOffset start) => (Worker, Clock) = (worker, new(start));

    public WorkerServer Worker { get; }

    public JumpingClock Clock { get; }

    public static ScheduleUnderTest Start(string connectionString, DateTimeOffset start, params (string Name, string? Value)[] settings) =>
        new(StartWorker(connectionString, settings), start);

    /// <summary>The scheduler of one more worker; it has made its jobs known, and looked at all of them, when this returns.</summary>
    public async Task<Scheduler> AddSchedulerAsync(WorkerServer? worker = null)
    {
        var services = (worker ?? Worker).Services;
        var scheduler = ActivatorUtilities.CreateInstance<Scheduler>(services, Clock);
        _schedulers.Add(scheduler);
        await scheduler.StartAsync(default);
        using var limit = new CancellationTokenSource(_patience);
        // Not before its first look is over: in the middle of it the last job would see another time than the first.
        while (scheduler.Looks == 0)
            await Task.Delay(10, limit.Token);
        return scheduler;
    }

    /// <summary>Another worker over the same database, with a schedule that may be another.</summary>
    public static WorkerServer StartWorker(string connectionString, params (string Name, string? Value)[] settings) => WorkerServer.Start(connectionString,
        services => services.Remove(services.Single(service => service.ServiceType == typeof(IHostedService) && service.ImplementationType == typeof(Scheduler))),
        [
            ("Schedule:CheckInterval", "00:00:00.100"), ("Schedule:Jobs:vacuum-analyze:Enabled", "false"), ("Schedule:Jobs:build-vector-index:Enabled", "false"), ("Schedule:Jobs:prune-history:Enabled", "false"),
            ($"Schedule:Jobs:{Witness}:Operation", "verify-database"), ($"Schedule:Jobs:{Witness}:Cron", "* * * * *"), .. settings,
        ]);

    /// <summary>Sets the clock, and waits until all that is due then was decided on, and begun if there is a worker.</summary>
    public async Task LookAtAsync(DateTimeOffset moment)
    {
        Clock.Advance(moment - Clock.GetUtcNow());
        using var limit = new CancellationTokenSource(_patience);
        // The whole minute before is what the witness is run for.
        while (!await IsDecidedAsync(moment.AddSeconds(-moment.Second)))
        {
            Clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(10, limit.Token);
        }
    }

    /// <summary>Lets time pass until a moment, and waits until a job was run for it.</summary>
    public async Task RunAtAsync(string job, DateTimeOffset moment)
    {
        Clock.Advance(moment - Clock.GetUtcNow());
        using var limit = new CancellationTokenSource(_patience);
        while (!(await RunsAsync(job)).Contains(moment) || await Worker.ScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM ops.runs WHERE state = 'queued')"))
        {
            Clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(10, limit.Token);
        }
    }

    /// <summary>The moments that a job was run for, in their order.</summary>
    public async Task<DateTimeOffset[]> RunsAsync(string job)
    {
        await using var command = Worker.Database.CreateCommand("SELECT scheduled_for FROM ops.runs WHERE job = $1 ORDER BY scheduled_for");
        command.Parameters.Add(new() { Value = job });
        await using var row = await command.ExecuteReaderAsync();
        var moments = new List<DateTimeOffset>();
        while (await row.ReadAsync())
            moments.Add(row.GetFieldValue<DateTimeOffset>(0));
        return [.. moments];
    }

    public async Task<(DateTimeOffset? Moment, string? Reason)> SkippedAsync(string job)
    {
        await using var command = Worker.Database.CreateCommand("SELECT skipped_for, skipped_reason FROM ops.jobs WHERE name = $1");
        command.Parameters.Add(new() { Value = job });
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        return row.IsDBNull(0) ? (null, null) : (row.GetFieldValue<DateTimeOffset>(0), row.GetString(1));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var scheduler in _schedulers)
        {
            await scheduler.StopAsync(default);
            scheduler.Dispose();
        }

        await Worker.DisposeAsync();
    }

    private async Task<bool> IsDecidedAsync(DateTimeOffset moment)
    {
        try
        {
            await using var command = Worker.Database.CreateCommand($"""
                SELECT greatest((SELECT max(scheduled_for) FROM ops.runs WHERE job = '{Witness}'), (SELECT skipped_for FROM ops.jobs WHERE name = '{Witness}')) >= $1
                    AND ($2 OR NOT EXISTS (SELECT 1 FROM ops.runs WHERE state = 'queued'))
                """);
            command.Parameters.Add(new() { Value = moment });
            command.Parameters.Add(new() { Value = Worker.Services.GetRequiredService<IOptions<OperationOptions>>().Value.MaxConcurrentRuns == 0 });
            return await command.ExecuteScalarAsync() is true;
        }
        catch (NpgsqlException)
        {
            // The server was stopped by the test; the next connection is a good one.
            return false;
        }
    }
}
