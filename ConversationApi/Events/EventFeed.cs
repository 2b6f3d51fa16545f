using Microsoft.Extensions.Options;

namespace ConversationApi.Events;

/// <summary>Looks for events on behalf of all listeners of this replica, and only while there are any.</summary>
internal sealed partial class EventFeed(EventReader reader, IOptions<EventOptions> options, TimeProvider time, ILogger<EventFeed> logger) : BackgroundService
{
    private static readonly TimeSpan _pauseAfterFault = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private readonly HashSet<EventListener> _all = [];
    private readonly List<EventListener> _joining = [];
    private readonly List<EventListener> _listening = [];
    private readonly SemaphoreSlim _wake = new(0, 1);

    /// <summary>Null when there are as many listeners as allowed.</summary>
    public EventListener? Enter()
    {
        lock (_lock)
        {
            if (_all.Count >= options.Value.MaxClients)
                return null;
            var listener = new EventListener(this, options.Value.ClientBuffer);
            _all.Add(listener);
            EventMetrics.Clients.Add(1);
            return listener;
        }
    }

    public void Join(EventListener listener)
    {
        lock (_lock)
            _joining.Add(listener);
        Wake();
    }

    public void Leave(EventListener listener)
    {
        lock (_lock)
        {
            if (!_all.Remove(listener))
                return;
            _joining.Remove(listener);
            _listening.Remove(listener);
            EventMetrics.Clients.Add(-1);
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _wake.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        EventCursor? place = null;
        var faults = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!IsWanted())
                {
                    place = null;
                    await _wake.WaitAsync(stoppingToken);
                    continue;
                }

                var page = place is { } after ? await reader.AfterAsync(after, stoppingToken) : new(await reader.LastAsync(stoppingToken), [], IsWhole: true);
                place = page.End;
                Tell(page);
                if (page.IsWhole)
                    await _wake.WaitAsync(options.Value.PollInterval, stoppingToken);
                faults = 0;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (faults++ == 0)
                    LogFault(e);
                await Task.Delay(_pauseAfterFault, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private bool IsWanted()
    {
        lock (_lock)
            return _listening.Count + _joining.Count > 0;
    }

    private void Tell(EventPage page)
    {
        lock (_lock)
        {
            // Who is too slow takes no more; it leaves when its connection is closed.
            var dropped = _listening.RemoveAll(listener => !page.Items.All(listener.Tell));
            EventMetrics.Dropped.Add(dropped);
            foreach (var listener in _joining)
                listener.Admit(page.End);
            _listening.AddRange(_joining);
            _joining.Clear();
        }
    }

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Woken already.
        }
    }

    [LoggerMessage(LogLevel.Error, "Events cannot be read; listeners wait")]
    private partial void LogFault(Exception exception);
}
