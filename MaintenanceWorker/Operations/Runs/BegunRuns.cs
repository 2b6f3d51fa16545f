using System.Collections.Concurrent;

namespace MaintenanceWorker.Operations.Runs;

/// <summary>A run that was begun here.</summary>
/// <param name="Run">What was asked.</param>
/// <param name="Outcome">How it ends.</param>
internal sealed record BegunRun(NewRun Run, Lazy<Task<RunOutcome>> Outcome);

/// <summary>Runs of this worker by their idempotency keys, for what is done without the record as well: while that is away it knows no key, and of these not later either.</summary>
internal sealed class BegunRuns
{
    private const int Most = 1000;
    private readonly ConcurrentDictionary<string, BegunRun> _ofKeys = new();
    private readonly ConcurrentQueue<string> _keys = new();

    /// <summary>The run that was begun with a key; null when there is none.</summary>
    public BegunRun? Find(string? key) => key is null ? null : _ofKeys.GetValueOrDefault(key);

    /// <summary>Begins a run, unless one was begun with the same key.</summary>
    /// <returns>The run that was begun now or then.</returns>
    public BegunRun Begin(NewRun run, Func<Task<RunOutcome>> begin)
    {
        var own = new BegunRun(run, new(begin));
        if (run.IdempotencyKey is not { } key)
            return own;
        var begun = _ofKeys.GetOrAdd(key, own);
        if (begun == own)
            _keys.Enqueue(key);
        while (_keys.Count > Most && _keys.TryDequeue(out var oldest))
            _ofKeys.TryRemove(oldest, out _);
        return begun;
    }
}
