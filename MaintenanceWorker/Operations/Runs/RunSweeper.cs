using Microsoft.Extensions.Options;

namespace MaintenanceWorker.Operations.Runs;

/// <summary>Records late what could not be recorded, finds runs whose worker died or whose window closed, and removes old ones. Every worker does it; it harms nothing twice.</summary>
internal sealed class RunSweeper(RunQueue queue, RunEnds ends, TimeProvider time, IOptions<OperationOptions> options, ILogger<RunSweeper> logger) : BackgroundService
{
    private static readonly TimeSpan _prunePause = TimeSpan.FromHours(1);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(2);
    private readonly Dictionary<Guid, (DateTime Heard, long Since)> _heard = [];
    private DateTimeOffset _pruneAt;
    private bool _isLost;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            // Not cancelled, since a commit must not be; only waited for no longer than the stop may take.
            await ends.RetryAsync().WaitAsync(cancellationToken);
        }
        catch (Exception e) when (RecordFault.Is(e) || e is OperationCanceledException)
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
                catch (Exception e) when (RecordFault.Is(e))
                {
                    if (!_isLost)
                        RunEvents.RecordLost(logger, e);
                    _isLost = true;
                    _heard.Clear();
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
        var silent = Silent(await queue.HeardOfAsync(cancellationToken));
        foreach (var run in silent.Count == 0 ? [] : await queue.InterruptAsync(silent, cancellationToken))
            RunEvents.Interrupted(logger, run.Id, run.Operation, run.Worker!, options.Value.Lease);
        foreach (var run in await queue.EndBelatedAsync(cancellationToken))
            RunEvents.Belated(logger, run.Id, run.Operation, run.RequestedBy);
        if (time.GetUtcNow() < _pruneAt)
            return;
        await queue.PruneAsync(options.Value.KeepRuns, cancellationToken);
        _pruneAt = time.GetUtcNow() + _prunePause;
    }

    /// <summary>
    /// The runs of which this worker has seen the same sign of life for a lease. By its age alone one would be judged too soon: after the database
    /// was away, or a commit waited for its standby, every run looks silent.
    /// </summary>
    private Dictionary<Guid, DateTime> Silent(IReadOnlyDictionary<Guid, DateTime> atWork)
    {
        foreach (var ended in _heard.Keys.Except(atWork.Keys).ToList())
            _heard.Remove(ended);
        foreach (var (run, heard) in atWork)
            if (!_heard.TryGetValue(run, out var known) || known.Heard != heard)
                _heard[run] = (heard, time.GetTimestamp());
        return _heard.Where(run => time.GetElapsedTime(run.Value.Since) >= options.Value.Lease).ToDictionary(run => run.Key, run => run.Value.Heard);
    }
}
