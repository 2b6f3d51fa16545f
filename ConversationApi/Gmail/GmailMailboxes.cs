using ConversationData.Connections;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace ConversationApi.Gmail;

/// <summary>Keeps the state, and lets one process at a time move it on.</summary>
internal sealed class GmailMailboxes(ConversationDataSource data, IOptions<GmailOptions> options)
{
    private const int MaxError = 2000;
    private readonly Guid _self = Guid.NewGuid();
    private readonly string _mailbox = options.Value.Mailbox?.Trim().ToLowerInvariant() ?? "me";

    /// <summary>Takes the mailbox, or keeps it; null while another process has it.</summary>
    public async Task<GmailState?> ClaimAsync(CancellationToken cancellationToken)
    {
        await using var command = Command(GmailSql.Claim, Lease());
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken)
            ? new(row.IsDBNull(0) ? null : row.GetInt64(0), row.IsDBNull(1) ? null : row.GetInt64(1), row.IsDBNull(2) ? null : row.GetString(2),
                row.IsDBNull(3) ? null : row.GetFieldValue<DateTimeOffset>(3))
            : null;
    }

    /// <summary>The mail up to here is stored.</summary>
    /// <param name="state">How far that is.</param>
    /// <param name="waiting">How many messages are known to be there and are not stored yet.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="GmailMailboxLostException">Another process has the mailbox now.</exception>
    public async Task<GmailState> SaveAsync(GmailState state, int waiting, CancellationToken cancellationToken)
    {
        await using var command = Command(GmailSql.Save, Lease(), Number(state.HistoryId), Number(state.ListingFrom), Text(state.ListingQuery), new() { Value = waiting });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1 ? state : throw new GmailMailboxLostException();
    }

    /// <summary>All there was is read.</summary>
    public async Task SyncedAsync(CancellationToken cancellationToken)
    {
        await using var command = Command(GmailSql.Synced);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>It did not work this time.</summary>
    public async Task FailedAsync(string error, CancellationToken cancellationToken)
    {
        await using var command = Command(GmailSql.Failed, Text((error.Length > MaxError ? error[..MaxError] : error).Replace('\0', ' ')));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Anybody may have it.</summary>
    public async Task ReleaseAsync()
    {
        await using var command = Command(GmailSql.Release);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    private NpgsqlCommand Command(string sql, params NpgsqlParameter[] more)
    {
        var command = data.Primary.CreateCommand(sql);
        command.Parameters.AddRange((NpgsqlParameter[])[new() { Value = _mailbox }, new() { Value = _self }, .. more]);
        return command;
    }

    private NpgsqlParameter Lease() => new() { Value = options.Value.Lease };

    private static NpgsqlParameter Text(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter Number(long? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint };
}
