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

    /// <summary>The addresses of a ledger that occur anywhere, by their hashes in hexadecimal. Reads everything once, however long the ledger is.</summary>
    /// <param name="ledger">As it was read before the restore.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ILookup<string, string>> FindAsync(IEnumerable<Erasure> ledger, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        await using var command = source.CreateCommand("SELECT address_hash, address FROM ops.known_addresses($1)");
        command.CommandTimeout = 0;
        command.Parameters.Add(new() { Value = ledger.Select(erasure => erasure.AddressHash).ToArray() });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<(string Hash, string Address)>();
        while (await row.ReadAsync(cancellationToken))
            found.Add((Convert.ToHexString(row.GetFieldValue<byte[]>(0)), row.GetString(1)));
        return found.ToLookup(pair => pair.Hash, pair => pair.Address);
    }

    /// <summary>Erases again what was brought back of one lead, and notes its erasure. A second time changes nothing; what a lead wrote after its erasure stays.</summary>
    /// <param name="erasure">As it stands in the ledger.</param>
    /// <param name="addresses">What <see cref="FindAsync"/> found for it; perhaps nothing.</param>
    /// <returns>How many rows were removed, as a JSON object; empty where there were none to look for.</returns>
    /// <exception cref="CommitInDoubtException">The same again finds out.</exception>
    public async Task<string> ReplayAsync(Erasure erasure, IEnumerable<string> addresses)
    {
        ArgumentNullException.ThrowIfNull(erasure);
        await using var write = await WriteTransaction.BeginAsync(source, CancellationToken.None);
        await using var command = new NpgsqlCommand("SELECT ops.replay_erasure($1, $2, $3, $4)::text", write.Connection, write.Transaction) { CommandTimeout = 0 };
        command.Parameters.AddRange((NpgsqlParameter[])
            [new() { Value = erasure.AddressHash }, new() { Value = erasure.ErasedAt.ToUniversalTime() }, new() { Value = erasure.ErasedBy }, new() { Value = addresses.ToArray() }]);
        var counts = (string)(await command.ExecuteScalarAsync(CancellationToken.None))!;
        await write.CommitAsync();
        return counts;
    }

    /// <summary>Erases again what was brought back of every lead of a ledger.</summary>
    /// <param name="ledger">As it was read before the restore.</param>
    /// <param name="cancellationToken">Stops between two leads.</param>
    /// <exception cref="CommitInDoubtException">The same again finds out.</exception>
    public async Task ReplayAsync(IReadOnlyCollection<Erasure> ledger, CancellationToken cancellationToken)
    {
        var found = await FindAsync(ledger, cancellationToken);
        foreach (var erasure in ledger)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await ReplayAsync(erasure, found[Convert.ToHexString(erasure.AddressHash)]);
        }
    }
}
