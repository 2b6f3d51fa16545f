using Microsoft.Extensions.Caching.Memory;

namespace ConversationApi.Delivery.Sending;

/// <summary>
/// Which attempts are known to have come to nothing: those of this process, for as long as the server's timeline is the same. Attempts of another
/// process, or of before a failover or a restore, may have been followed by one that the database forgot.
/// </summary>
internal sealed class KnownAttempts(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan _keepFor = TimeSpan.FromHours(4);
    private readonly MemoryCache _next = new(new MemoryCacheOptions { SizeLimit = 100_000 });
    private readonly Lock _lock = new();
    private string? _timeline;
    private long? _changedAt;

    /// <summary>The server's timeline as it was last seen; null before that.</summary>
    public string? Timeline
    {
        get
        {
            lock (_lock)
                return _timeline;
        }
    }

    /// <summary>How long ago the timeline was seen to change; null while it is the one that was seen first.</summary>
    public TimeSpan? SinceChange
    {
        get
        {
            lock (_lock)
                return _changedAt is { } moment ? time.GetElapsedTime(moment) : null;
        }
    }

    /// <summary>The server is on this timeline. On another one than before, what was committed a moment ago may be gone.</summary>
    public void Follow(string timeline)
    {
        lock (_lock)
        {
            if (_timeline is not null && _timeline != timeline)
                _changedAt = time.GetTimestamp();
            _timeline = timeline;
        }
    }

    /// <summary>An attempt that was begun on this timeline came to nothing; the next one has this number.</summary>
    public void Add(Guid id, int next, string timeline) => _next.Set(id, (next, timeline), new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = _keepFor });

    /// <summary>Whether this attempt follows one that is known to have come to nothing, with none between them.</summary>
    public bool Contains(Guid id, int attempt, string timeline) => _next.TryGetValue(id, out (int Next, string Timeline) known) && known == (attempt, timeline);

    public void Dispose() => _next.Dispose();
}
