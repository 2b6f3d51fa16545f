using Microsoft.Extensions.Caching.Memory;

namespace ConversationApi.Delivery.Sending;

/// <summary>
/// What this process has begun to send of late. The database remembers too, but one that fails over to a replica may forget the last moments,
/// and a mail that it calls queued may have been sent.
/// </summary>
internal sealed class BegunMail(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan _keepFor = TimeSpan.FromHours(1);
    private readonly MemoryCache _begun = new(new MemoryCacheOptions { SizeLimit = 100_000 });

    /// <returns>How long ago it was begun, if it was and is not known to have come to nothing.</returns>
    public TimeSpan? Since(Guid id) => _begun.TryGetValue(id, out long begun) ? time.GetElapsedTime(begun) : null;

    /// <summary>It may have been sent until now.</summary>
    public void Touch(Guid id) => _begun.Set(id, time.GetTimestamp(), new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = _keepFor });

    /// <summary>The provider has not got it.</summary>
    public void Remove(Guid id) => _begun.Remove(id);

    public void Dispose() => _begun.Dispose();
}
