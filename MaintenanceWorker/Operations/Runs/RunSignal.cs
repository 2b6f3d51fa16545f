using System.Threading.Channels;

namespace MaintenanceWorker.Operations.Runs;

/// <summary>Wakes this worker when it queued something itself; what others queue is found by looking.</summary>
internal sealed class RunSignal
{
    private readonly Channel<bool> _hints = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Set() => _hints.Writer.TryWrite(true);

    /// <summary>Waits for a hint, for a run at work to end, or for the time to pass.</summary>
    public async Task WaitAsync(TimeSpan atMost, IEnumerable<Task> atWork, TimeProvider time, CancellationToken cancellationToken)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var hint = _hints.Reader.WaitToReadAsync(ends.Token).AsTask();
        await Task.WhenAny([hint, Task.Delay(atMost, time, ends.Token), .. atWork]);
        await ends.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        _hints.Reader.TryRead(out _);
    }
}
