using System.Collections.Concurrent;

namespace ServiceDefaults.Authentication;

/// <summary>
/// Asks the store for keys: for one key once at a time, and for few keys at once. Whoever sends keys that nobody was given waits with others
/// of the kind, and takes no connection from those who have one.
/// </summary>
internal sealed class KeyLookups : IDisposable
{
    private const int KnownAtOnce = 8;
    private const int OthersAtOnce = 2;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<(int, string), Lazy<Task<ApiKeyIdentity>>> _running = [];
    private readonly SemaphoreSlim _known = new(KnownAtOnce);
    private readonly SemaphoreSlim _others = new(OthersAtOnce);

    /// <param name="generation">What was asked for in an earlier one is asked for again.</param>
    /// <param name="name">The hash as text.</param>
    /// <param name="wasKnown">The key was one before.</param>
    /// <param name="find">Asks the store, and keeps what it says before it returns.</param>
    /// <param name="cancellationToken">Ends the waiting; others may wait for the same.</param>
    /// <exception cref="TimeoutException">Too many are asked for.</exception>
    public Task<ApiKeyIdentity> FindAsync(int generation, string name, bool wasKnown, Func<Task<ApiKeyIdentity>> find, CancellationToken cancellationToken)
    {
        var key = (generation, name);
        return _running.GetOrAdd(key, _ => new(() => RunAsync(key, find, wasKnown ? _known : _others))).Value.WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        _known.Dispose();
        _others.Dispose();
    }

    private async Task<ApiKeyIdentity> RunAsync((int, string) key, Func<Task<ApiKeyIdentity>> find, SemaphoreSlim lane)
    {
        try
        {
            if (!await lane.WaitAsync(_patience))
                throw new TimeoutException("Too many keys that are not known are being looked up.");
            try
            {
                return await find();
            }
            finally
            {
                lane.Release();
            }
        }
        finally
        {
            _running.TryRemove(key, out _);
        }
    }
}
