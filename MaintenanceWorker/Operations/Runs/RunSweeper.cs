using Microsoft.Extensions.Options;
using Npgsql;

namespace MaintenanceWorker.Operations.Runs;

/// <summary>Finds runs whose worker died, and removes old ones. Every worker does it; it harms nothing twice.</summary>
internal sealed class RunSweeper(RunQueue queue, TimeProvider time, IOptions<OperationOptions> options, ILogger<RunSweeper> logger) : BackgroundService
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
                    foreach (var run in await queue.InterruptSilentAsync(options.Value.Lease, stoppingToken))
                        RunEvents.Interrupted(logger, run.Id, run.Operation, run.Worker!, options.Value.Lease);
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
}
