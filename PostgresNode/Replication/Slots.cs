using Microsoft.Extensions.Options;
using Npgsql;
using PostgresNode.Configuration;
using PostgresNode.Roles;

namespace PostgresNode.Replication;

/// <summary>
/// The replicas' slots: one for each peer on the primary (it holds no WAL until it is used), none on a replica, where a
/// slot left from before would hold WAL for ever. Slots with other names are not touched.
/// </summary>
internal sealed class Slots(LocalDatabase local, IOptions<PostgresNodeOptions> options)
{
    public async Task EnsureAsync(bool primary, CancellationToken cancellationToken)
    {
        await using var connection = await local.OpenForSetupAsync("postgres", cancellationToken);
        var wanted = primary ? options.Value.Peers.Select(peer => Upstream.SlotOf(peer.Name)).ToHashSet() : [];
        var present = await connection.ListAsync(
            "SELECT slot_name::text FROM pg_replication_slots WHERE slot_type = 'physical' AND starts_with(slot_name::text, 'node_')", cancellationToken);
        foreach (var slot in present.Where(slot => !wanted.Contains(slot)))
            await DropAsync(connection, slot, cancellationToken);
        foreach (var slot in wanted.Except(present))
            await connection.QueryAsync<object>("SELECT pg_create_physical_replication_slot($1)::text", cancellationToken, slot);
    }

    /// <summary>A slot whose WAL is gone cannot be used again; the replica that needs it is about to be cloned through a fresh one.</summary>
    public async Task RenewLostAsync(CancellationToken cancellationToken)
    {
        await using var connection = await local.Probe.OpenConnectionAsync(cancellationToken);
        var lost = await connection.ListAsync(
            "SELECT slot_name::text FROM pg_replication_slots WHERE wal_status = 'lost' AND starts_with(slot_name::text, 'node_')", cancellationToken);
        foreach (var slot in lost)
            await DropAsync(connection, slot, cancellationToken);
        if (lost.Count > 0)
            await EnsureAsync(primary: true, cancellationToken);
    }

    private static async Task DropAsync(NpgsqlConnection connection, string slot, CancellationToken cancellationToken) =>
        await connection.QueryAsync<object>(
            "SELECT pg_drop_replication_slot(slot_name)::text FROM pg_replication_slots WHERE slot_name = $1 AND NOT active", cancellationToken, slot);
}
