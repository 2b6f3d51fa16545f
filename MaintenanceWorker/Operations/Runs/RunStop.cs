using ConversationData.Operations.Runs;

namespace MaintenanceWorker.Operations.Runs;

/// <summary>Why and when a run is to stop before its end.</summary>
internal sealed class RunStop(CancellationToken workerStops) : IDisposable
{
    private static readonly RunOutcome _stopped = new(RunState.Interrupted, null, "Its worker was stopped. How much was done, its log says.");
    private static readonly RunOutcome _cancelled = new(RunState.Cancelled, null, "It was cancelled. How much was done, its log says.");
    private static readonly RunOutcome _lost = new(RunState.Interrupted, null, "Its worker could not say in time that it is at work, so it stopped: another run might have begun. How much was done, its log says.");
    private readonly CancellationTokenSource _source = CancellationTokenSource.CreateLinkedTokenSource(workerStops);
    private RunOutcome? _asked;

    public CancellationToken Token => _source.Token;

    /// <summary>How a run that stops now ends; null when nothing stops it.</summary>
    public RunOutcome? Outcome => _asked ?? (workerStops.IsCancellationRequested ? _stopped : null);

    /// <summary>Stops the run where its heartbeat says so.</summary>
    /// <param name="cancelRequested">Whether somebody asked to end it; null when the record does not have it as this worker's any more.</param>
    public async Task ConsiderAsync(bool? cancelRequested)
    {
        if (cancelRequested is false)
            return;
        _asked ??= cancelRequested is true ? _cancelled : _lost;
        await _source.CancelAsync();
    }

    public void Dispose() => _source.Dispose();
}
