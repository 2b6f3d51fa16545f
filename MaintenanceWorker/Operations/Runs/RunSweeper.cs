using Microsoft.Extensions.Options;
using Npgsql;

namespace MaintenanceWorker.Operations.Runs;

/// <summary>Records late what could not be recorded, finds runs whose worker died or whose window closed, and removes old ones. Every worker does it; it harms nothing twice.</summary>
internal sealed class RunSweeper(RunQueue queue, RunEnds ends, TimeProvider time, IOptions<OperationOptions> options, ILogger<RunSweeper> logger) : BackgroundService
{
    private static readonly TimeSpan _prunePause = TimeSpan.FromHours(1);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(2);
    private DateTimeOffset _pruneAt;
    private long? _reachableSince;
    private bool _isLost;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            // Not cancelled, since a commit must not be; only waited for no longer than the stop may take.
            await ends.RetryAsync().WaitAsync(cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException or OperationCanceledException)
        {
            ends.GiveUp();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromTicks(Math.Min(options.Value.Lease.Ticks / 3, _longestPause.Ticks)), time);
        try
        {
            do
            {
                try
                {
                    await SweepAsync(stoppingToken);
                    if (_isLost)
                        RunEvents.RecordBack(logger);
                    _isLost = false;
                }
                catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException && !stoppingToken.IsCancellationRequested)
                {
                    if (!_isLost)
                        RunEvents.RecordLost(logger, e);
                    _isLost = true;
                    _reachableSince = null;
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        await ends.RetryAsync();
        // After the database was away every run looks silent: each worker has a lease's time to speak again.
        _reachableSince ??= time.GetTimestamp();
        if (time.GetElapsedTime(_reachableSince.Value) >= options.Value.Lease)
        {
            foreach (var run in await queue.InterruptSilentAsync(options.Value.Lease, cancellationToken))
                RunEvents.Interrupted(logger, run.Id, run.Operation, run.Worker!, options.Value.Lease);
        }

        foreach (var run in await queue.EndBelatedAsync(cancellationToken))
            RunEvents.Belated(logger, run.Id, run.Operation, run.RequestedBy);
        if (time.GetUtcNow() < _pruneAt)
            return;
        await queue.PruneAsync(options.Value.KeepRuns, cancellationToken);
        _pruneAt = time.GetUtcNow() + _prunePause;
    }
}
