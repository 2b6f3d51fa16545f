using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ConversationData.Connections;
using Npgsql;

namespace ConversationData.Operations.Keys;

/// <summary>The API keys. Always on the node that takes writes: a standby might not know yet that a key was revoked.</summary>
/// <param name="data">Where they are.</param>
/// <param name="time">The clock.</param>
public sealed class ApiKeyRegister(ConversationDataSource data, TimeProvider time)
{
    /// <summary>The longest name of a key.</summary>
    public const int MaxNameLength = 200;

    /// <summary>The most keys that <see cref="ListAsync"/> gives.</summary>
    public const int MostListed = 1000;

    /// <summary>How a key is looked up; $1 is its hash.</summary>
    public const string FindSql = $"SELECT {Columns} FROM ops.api_keys WHERE key_hash = $1 AND revoked_at IS NULL";

    private const string Columns = "id, name, key_hash, scope, created_at, expires_at, revoked_at";

    /// <summary>SHA-256 of a key: what is stored of it.</summary>
    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>Makes a key of 32 random bytes.</summary>
    /// <param name="name">What it is for; 1 to <see cref="MaxNameLength"/> characters.</param>
    /// <param name="scope">What it may do.</param>
    /// <param name="expiresAt">From then on it is refused; null means never.</param>
    /// <param name="cancellationToken">Gives up before the key is stored.</param>
    /// <returns>The key, which cannot be had again, and its row.</returns>
    /// <exception cref="CommitInDoubtException">There may be a key that nobody knows.</exception>
    public async Task<(string Key, ApiKey Row)> CreateAsync(string name, ApiScope scope, DateTimeOffset? expiresAt, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var key = $"cp_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}";
        var rows = await data.WriteAsync($"INSERT INTO ops.api_keys (id, name, key_hash, scope, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING {Columns}",
        [
            new() { Value = Guid.CreateVersion7(now) }, new() { Value = name }, new() { Value = Hash(key) }, new() { Value = scope }, new() { Value = now },
            new() { Value = expiresAt is { } moment ? moment.ToUniversalTime() : DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz },
        ], ReadAsync, cancellationToken);
        return (key, rows[0]);
    }

    /// <summary>The newest first, at most <see cref="MostListed"/>.</summary>
    public async Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken)
    {
        await using var command = data.Primary.CreateCommand($"SELECT {Columns} FROM ops.api_keys ORDER BY id DESC LIMIT {MostListed}");
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>Revokes a key for good; a second time changes nothing.</summary>
    /// <returns>The key, or null when there is none of that id.</returns>
    /// <exception cref="CommitInDoubtException">It may be revoked; the same again finds out.</exception>
    public async Task<ApiKey?> RevokeAsync(Guid id, CancellationToken cancellationToken)
    {
        var rows = await data.WriteAsync($"UPDATE ops.api_keys SET revoked_at = coalesce(revoked_at, $2) WHERE id = $1 RETURNING {Columns}",
            [new() { Value = id }, new() { Value = time.GetUtcNow() }], ReadAsync, cancellationToken);
        return rows.SingleOrDefault();
    }

    /// <summary>Looks a key up that was not revoked; whether it has expired is for the caller to see.</summary>
    /// <param name="hash">See <see cref="Hash"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null for a key that is not known or was revoked.</returns>
    public async Task<ApiKey?> FindAsync(byte[] hash, CancellationToken cancellationToken)
    {
        await using var command = data.Primary.CreateCommand(FindSql);
        command.Parameters.Add(new() { Value = hash });
        return (await ReadAsync(command, cancellationToken)).SingleOrDefault();
    }

    private static async Task<IReadOnlyList<ApiKey>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var keys = new List<ApiKey>();
        while (await row.ReadAsync(cancellationToken))
        {
            keys.Add(new()
            {
                Id = row.GetGuid(0), Name = row.GetString(1), KeyHash = row.GetFieldValue<byte[]>(2), Scope = row.GetFieldValue<ApiScope>(3),
                CreatedAt = row.GetFieldValue<DateTimeOffset>(4),
                ExpiresAt = row.IsDBNull(5) ? null : row.GetFieldValue<DateTimeOffset>(5),
                RevokedAt = row.IsDBNull(6) ? null : row.GetFieldValue<DateTimeOffset>(6),
            });
        }

        return keys;
    }
}
