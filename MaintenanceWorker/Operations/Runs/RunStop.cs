using ConversationData.Operations.Runs;

namespace MaintenanceWorker.Operations.Runs;

/// <summary>Why and when a run is to stop before its end.</summary>
internal sealed class RunStop : IDisposable
{
    private static readonly RunOutcome _stopped = new(RunState.Interrupted, null, "Its worker was stopped. How much was done, its log says.");
    private static readonly RunOutcome _cancelled = new(RunState.Cancelled, null, "It was cancelled. How much was done, its log says.");
    private static readonly RunOutcome _lost = new(RunState.Interrupted, null, "Its worker could not say in time that it is at work, so it stopped: another run might have begun. How much was done, its log says.");
    private readonly CancellationToken _workerStops;
    private readonly CancellationTokenSource _lease;
    private readonly CancellationTokenSource _source;
    private RunOutcome? _asked;

    public RunStop(TimeProvider time, CancellationToken workerStops)
    {
        _workerStops = workerStops;
        _lease = new(Timeout.InfiniteTimeSpan, time);
        _source = CancellationTokenSource.CreateLinkedTokenSource(workerStops, _lease.Token);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>How a run that stops now ends; null when nothing stops it.</summary>
    public RunOutcome? Outcome => _asked ?? (_workerStops.IsCancellationRequested ? _stopped : _lease.IsCancellationRequested ? _lost : null);

    /// <summary>Lets the run go on for so long, and stops it then unless this is said again. Unsaid, nothing is limited.</summary>
    public void Allow(TimeSpan length) => _lease.CancelAfter(length > TimeSpan.Zero ? length : TimeSpan.Zero);

    /// <summary>Stops the run where its heartbeat says so.</summary>
    /// <param name="cancelRequested">Whether somebody asked to end it; null when the record does not have it as this worker's any more.</param>
    public async Task ConsiderAsync(bool? cancelRequested)
    {
        if (cancelRequested is false)
            return;
        _asked ??= cancelRequested is true ? _cancelled : _lost;
        await _source.CancelAsync();
    }

    public void Dispose()
    {
        _source.Dispose();
        _lease.Dispose();
    }
}
