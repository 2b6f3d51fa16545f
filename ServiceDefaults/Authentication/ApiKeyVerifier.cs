using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace ServiceDefaults.Authentication;

/// <summary>Knows keys. Only hashes are compared and kept: a key is 32 random bytes, so a fast hash is enough.</summary>
public sealed class ApiKeyVerifier(IApiKeyStore store, IOptions<ApiKeyOptions> options, TimeProvider time) : IDisposable
{
    private const int MaxKeyLength = 512;
    private readonly byte[]? _bootstrap = options.Value.Bootstrap is { } key ? Hash(key) : null;
    private readonly MemoryCache _known = new(new MemoryCacheOptions { SizeLimit = 10_000 });

    /// <summary>SHA-256 of a key: what is stored of it.</summary>
    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>Null for a key that is not known, expired or revoked.</summary>
    public async ValueTask<ApiKeyIdentity?> VerifyAsync(string key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length is 0 or > MaxKeyLength)
            return null;
        var hash = Hash(key);
        if (_bootstrap is not null && CryptographicOperations.FixedTimeEquals(hash, _bootstrap))
            return new("bootstrap", "bootstrap", AccessScope.Admin, null);

        var name = Convert.ToHexString(hash);
        if (!_known.TryGetValue(name, out ApiKeyIdentity? identity))
        {
            identity = await store.FindAsync(hash, cancellationToken);
            if (identity is not null && options.Value.Cache > TimeSpan.Zero)
                _known.Set(name, identity, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = options.Value.Cache });
        }

        return identity?.ExpiresAt <= time.GetUtcNow() ? null : identity;
    }

    /// <summary>Forgets what was believed, after a key was revoked here.</summary>
    public void Forget() => _known.Clear();

    /// <inheritdoc />
    public void Dispose() => _known.Dispose();
}
