using System.Threading.Channels;

namespace ConversationApi.Events;

/// <summary>One client of the stream, with room for the events that it has not taken yet.</summary>
internal sealed class EventListener(EventFeed feed, int room) : IDisposable
{
    private readonly CancellationTokenSource _dropped = new();
    private readonly TaskCompletionSource<EventCursor> _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<StreamItem> _channel =
        Channel.CreateBounded<StreamItem>(new BoundedChannelOptions(room) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true, SingleWriter = true });

    /// <summary>What was told since it joined.</summary>
    public ChannelReader<StreamItem> Items => _channel.Reader;

    /// <summary>Cancelled when it was too slow.</summary>
    public CancellationToken Dropped => _dropped.Token;

    /// <summary>Asks to be told, and returns the place from which on everything comes.</summary>
    /// <exception cref="TimeoutException">The database did not answer.</exception>
    public Task<EventCursor> JoinAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        feed.Join(this);
        return _joined.Task.WaitAsync(patience, cancellationToken);
    }

    /// <summary>It hears everything after this place.</summary>
    public void Admit(EventCursor from) => _joined.TrySetResult(from);

    /// <summary>False when it was too slow: then it is dropped.</summary>
    public bool Tell(StreamItem item)
    {
        if (_channel.Writer.TryWrite(item))
            return true;
        // Soon, and not here, where the feed holds its lock.
        _dropped.CancelAfter(TimeSpan.Zero);
        return false;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        feed.Leave(this);
        _dropped.Dispose();
    }
}
