using ConversationData.Work;

namespace ConversationApi.Work;

/// <summary>Says within this process that there is new work, so that it need not wait for the next look at the queue. Only a hint.</summary>
internal sealed class WorkSignals
{
    private readonly Dictionary<WorkKind, SemaphoreSlim> _signals = Enum.GetValues<WorkKind>().ToDictionary(kind => kind, _ => new SemaphoreSlim(0, 1));

    /// <summary>There is work of this kind.</summary>
    public void Raise(WorkKind kind)
    {
        try
        {
            _signals[kind].Release();
        }
        catch (SemaphoreFullException)
        {
            // Said already and not heard yet.
        }
    }

    /// <summary>Returns when there is work of this kind, or after a while.</summary>
    public Task WaitAsync(WorkKind kind, TimeSpan atMost, CancellationToken cancellationToken) => _signals[kind].WaitAsync(atMost, cancellationToken);
}
