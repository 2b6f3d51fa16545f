using ConversationData.Connections;
using Npgsql;

namespace ConversationData.Operations.Erasures;

/// <summary>The ledger of erased leads, for whoever keeps a copy beside the backups and replays it after a restore.</summary>
/// <param name="source">The database, as a role that may: <c>maintenance</c>.</param>
public sealed class ErasureLedger(NpgsqlDataSource source)
{
    /// <summary>All of it, the oldest first.</summary>
    public async Task<IReadOnlyList<Erasure>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("SELECT id, address_hash, erased_at, erased_by, counts::text FROM ops.erasures ORDER BY erased_at, id");
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var ledger = new List<Erasure>();
        while (await row.ReadAsync(cancellationToken))
            ledger.Add(new() { Id = row.GetGuid(0), AddressHash = row.GetFieldValue<byte[]>(1), ErasedAt = row.GetFieldValue<DateTimeOffset>(2), ErasedBy = row.GetString(3), Counts = row.GetString(4) });
        return ledger;
    }

    /// <summary>Erases again what was brought back. A second time changes nothing; what a lead wrote after its erasure stays.</summary>
    /// <param name="ledger">As it was read before the restore.</param>
    /// <param name="cancellationToken">Stops between two leads.</param>
    /// <exception cref="CommitInDoubtException">The same again finds out.</exception>
    public async Task ReplayAsync(IEnumerable<Erasure> ledger, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        foreach (var erasure in ledger)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await using var write = await WriteTransaction.BeginAsync(source, cancellationToken);
            await using var command = new NpgsqlCommand("SELECT ops.replay_erasure($1, $2, $3)", write.Connection, write.Transaction) { CommandTimeout = 0 };
            command.Parameters.AddRange((NpgsqlParameter[])[new() { Value = erasure.AddressHash }, new() { Value = erasure.ErasedAt.ToUniversalTime() }, new() { Value = erasure.ErasedBy }]);
            await command.ExecuteNonQueryAsync(CancellationToken.None);
            await write.CommitAsync();
        }
    }
}
