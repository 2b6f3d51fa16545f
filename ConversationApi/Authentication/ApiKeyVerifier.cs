using System.Security.Cryptography;
using System.Text;
using ConversationData.Connections;
using ConversationData.Operations;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ConversationApi.Authentication;

/// <summary>Knows keys. Only hashes are compared and kept: a key is 32 random bytes, so a fast hash is enough.</summary>
internal sealed class ApiKeyVerifier(ConversationDataSource data, IOptions<ApiKeyOptions> options, TimeProvider time) : IDisposable
{
    private const int MaxKeyLength = 512;
    private readonly byte[]? _bootstrap = options.Value.Bootstrap is { } key ? Hash(key) : null;
    private readonly MemoryCache _known = new(new MemoryCacheOptions { SizeLimit = 10_000 });

    /// <summary>SHA-256 of a key.</summary>
    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>Null for a key that is not known, expired or revoked.</summary>
    public async ValueTask<ApiKeyIdentity?> VerifyAsync(string key, CancellationToken cancellationToken)
    {
        if (key.Length is 0 or > MaxKeyLength)
            return null;
        var hash = Hash(key);
        if (_bootstrap is not null && CryptographicOperations.FixedTimeEquals(hash, _bootstrap))
            return new("bootstrap", ApiScope.Admin, null);

        var name = Convert.ToHexString(hash);
        if (!_known.TryGetValue(name, out ApiKeyIdentity? identity))
        {
            identity = await FindAsync(hash, cancellationToken);
            if (identity is not null && options.Value.Cache > TimeSpan.Zero)
                _known.Set(name, identity, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = options.Value.Cache });
        }

        return identity?.ExpiresAt <= time.GetUtcNow() ? null : identity;
    }

    /// <summary>Forgets what was believed, after a key was revoked here.</summary>
    public void Forget() => _known.Clear();

    public void Dispose() => _known.Dispose();

    private async Task<ApiKeyIdentity?> FindAsync(byte[] hash, CancellationToken cancellationToken)
    {
        await using var command = data.Primary.CreateCommand("SELECT name, scope, expires_at FROM ops.api_keys WHERE key_hash = $1 AND revoked_at IS NULL");
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = hash });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new(reader.GetString(0), reader.GetFieldValue<ApiScope>(1), reader.IsDBNull(2) ? null : reader.GetFieldValue<DateTimeOffset>(2))
            : null;
    }
}
