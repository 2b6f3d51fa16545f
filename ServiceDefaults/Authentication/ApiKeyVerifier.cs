using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace ServiceDefaults.Authentication;

/// <summary>Knows keys. Only hashes are compared and kept: a key is 32 random bytes, so a fast hash is enough.</summary>
public sealed class ApiKeyVerifier(IApiKeyStore store, IOptions<ApiKeyOptions> options, TimeProvider time) : IDisposable
{
    private const int MaxKeyLength = 512;
    private const int Kept = 10_000;
    private static readonly ApiKeyIdentity _nobody = new("", "", AccessScope.Read, null);
    private static readonly TimeSpan _rememberedFor = TimeSpan.FromHours(1);
    private readonly byte[]? _bootstrap = options.Value.Bootstrap is { } key ? Hash(key) : null;
    private readonly MemoryCache _known = new(new MemoryCacheOptions { SizeLimit = Kept });
    // Apart, so that those who are nobody push out nobody else.
    private readonly MemoryCache _unknown = new(new MemoryCacheOptions { SizeLimit = Kept });
    private readonly MemoryCache _wereKnown = new(new MemoryCacheOptions { SizeLimit = Kept });
    private readonly KeyLookups _lookups = new();
    private int _generation;

    /// <summary>SHA-256 of a key: what is stored of it.</summary>
    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>Null for a key that is not known, expired or revoked.</summary>
    /// <exception cref="TimeoutException">Too many keys that are not known are being looked up.</exception>
    public async ValueTask<ApiKeyIdentity?> VerifyAsync(string key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length is 0 or > MaxKeyLength)
            return null;
        var hash = Hash(key);
        if (_bootstrap is not null && CryptographicOperations.FixedTimeEquals(hash, _bootstrap))
            return new("bootstrap", "bootstrap", AccessScope.Admin, null);

        var name = Convert.ToHexString(hash);
        var identity = Recall(name);
        if (identity is null)
        {
            var generation = Volatile.Read(ref _generation);
            identity = await _lookups.FindAsync(generation, name, _wereKnown.TryGetValue(name, out _), () => FindAsync(generation, name, hash), cancellationToken);
        }

        return ReferenceEquals(identity, _nobody) || identity.ExpiresAt <= time.GetUtcNow() ? null : identity;
    }

    /// <summary>Forgets what was believed, after a key was made or revoked here: that counts from the next request on.</summary>
    public void Forget()
    {
        Interlocked.Increment(ref _generation);
        _known.Clear();
        _unknown.Clear();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _known.Dispose();
        _unknown.Dispose();
        _wereKnown.Dispose();
        _lookups.Dispose();
    }

    private ApiKeyIdentity? Recall(string name) => _known.TryGetValue(name, out ApiKeyIdentity? identity) || _unknown.TryGetValue(name, out identity) ? identity : null;

    private async Task<ApiKeyIdentity> FindAsync(int generation, string name, byte[] hash)
    {
        // Another lookup may have ended since this was looked for.
        if (Recall(name) is { } recalled)
            return recalled;
        var identity = await store.FindAsync(hash, CancellationToken.None) ?? _nobody;
        if (!ReferenceEquals(identity, _nobody))
            Keep(_wereKnown, name, identity, _rememberedFor);
        if (options.Value.Cache > TimeSpan.Zero && generation == Volatile.Read(ref _generation))
            Keep(ReferenceEquals(identity, _nobody) ? _unknown : _known, name, identity, options.Value.Cache);
        return identity;
    }

    private static void Keep(MemoryCache cache, string name, ApiKeyIdentity identity, TimeSpan time) =>
        cache.Set(name, identity, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = time });
}
