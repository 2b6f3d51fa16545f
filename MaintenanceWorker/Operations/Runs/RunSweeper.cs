using Microsoft.Extensions.Options;
using Npgsql;

namespace MaintenanceWorker.Operations.Runs;

/// <summary>Records late what could not be recorded, finds runs whose worker died or whose window closed, and removes old ones. Every worker does it; it harms nothing twice.</summary>
internal sealed class RunSweeper(RunQueue queue, RunEnds ends, TimeProvider time, IOptions<OperationOptions> options, ILogger<RunSweeper> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Lease / 3, time);
        try
        {
            do
            {
                try
                {
                    await ends.RetryAsync();
                    foreach (var run in await queue.InterruptSilentAsync(options.Value.Lease, stoppingToken))
                        RunEvents.Interrupted(logger, run.Id, run.Operation, run.Worker!, options.Value.Lease);
                    foreach (var run in await queue.EndBelatedAsync(stoppingToken))
                        RunEvents.Belated(logger, run.Id, run.Operation, run.RequestedBy);
                    await queue.PruneAsync(options.Value.KeepRuns, stoppingToken);
                }
                catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException && !stoppingToken.IsCancellationRequested)
                {
                    // RunWorker says that the record is away.
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await ends.RetryAsync();
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            ends.GiveUp();
        }
    }
}
