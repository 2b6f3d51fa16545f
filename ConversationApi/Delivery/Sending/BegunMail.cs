using Microsoft.Extensions.Caching.Memory;

namespace ConversationApi.Delivery.Sending;

/// <summary>
/// What this process has begun to send of late. The database remembers too, but one that fails over to a replica may forget the last moments,
/// and a mail that it calls queued may have been sent.
/// </summary>
internal sealed class BegunMail : IDisposable
{
    private static readonly TimeSpan _keepFor = TimeSpan.FromHours(1);
    private readonly MemoryCache _begun = new(new MemoryCacheOptions { SizeLimit = 100_000 });

    /// <returns>Whether it was begun before, and not known to have come to nothing.</returns>
    public bool Add(Guid id)
    {
        var before = _begun.TryGetValue(id, out _);
        _begun.Set(id, true, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = _keepFor });
        return before;
    }

    /// <summary>The provider has not got it.</summary>
    public void Remove(Guid id) => _begun.Remove(id);

    public void Dispose() => _begun.Dispose();
}
