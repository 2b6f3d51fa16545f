using Npgsql;
using PostgresNode.Control;
using PostgresNode.Roles;

namespace PostgresNode.Replication;

/// <summary>What the running server says of itself.</summary>
internal sealed record ServerFacts(
    NodeRole Role, uint Timeline, string Lsn, string SystemIdentifier, bool? Streaming, long? LagBytes, double? LagSeconds,
    IReadOnlyList<ReplicaStatus> Replicas, long DatabaseBytes, string ServerVersion, string Durability);

/// <summary>Asks the running server, over the local socket.</summary>
internal sealed class ServerProbe(LocalDatabase local, TimeProvider time)
{
    // Reads the size of every file.
    private static readonly TimeSpan _sizeInterval = TimeSpan.FromSeconds(30);
    private (long Bytes, DateTimeOffset At) _size;

    // In recovery pg_walfile_name is refused, and out of it there is no receiver. The control file's timeline lags behind a promotion, on a replica
    // until its next restart point; its newest segment's does not.
    private const string Sql = """
        SELECT pg_is_in_recovery() AS standby,
            CASE WHEN pg_is_in_recovery()
                THEN greatest((SELECT received_tli FROM pg_stat_wal_receiver), (SELECT timeline_id FROM pg_control_checkpoint()), (SELECT min_recovery_end_timeline FROM pg_control_recovery()),
                    (SELECT max(('x' || left(name, 8))::bit(32)::int) FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'))
                ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int END AS timeline,
            CASE WHEN pg_is_in_recovery() THEN greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) ELSE pg_current_wal_lsn() END::text AS lsn,
            (SELECT system_identifier::text FROM pg_control_system()) AS system,
            (SELECT status = 'streaming' FROM pg_stat_wal_receiver) AS streaming,
            CASE WHEN pg_is_in_recovery() THEN pg_wal_lsn_diff(greatest((SELECT latest_end_lsn FROM pg_stat_wal_receiver), pg_last_wal_receive_lsn()), pg_last_wal_replay_lsn()) END::bigint AS lag_bytes,
            CASE WHEN NOT pg_is_in_recovery() THEN NULL WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
                ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END::float8 AS lag_seconds,
            current_setting('server_version') AS version,
            CASE WHEN current_setting('synchronous_standby_names') = '' THEN 'asynchronous' ELSE 'synchronous' END AS durability
        """;

    private const string ReplicasSql = """
        SELECT application_name::text, state::text, sync_state::text, pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::bigint
        FROM pg_stat_replication WHERE NOT pg_is_in_recovery() AND usename = 'replicator' ORDER BY 1
        """;

    public async Task<ServerFacts> AskAsync(CancellationToken cancellationToken)
    {
        await using var connection = await local.Probe.OpenConnectionAsync(cancellationToken);
        var replicas = await ReplicasAsync(connection, cancellationToken);
        if (time.GetUtcNow() - _size.At > _sizeInterval)
            _size = (await connection.QueryAsync<long>("SELECT sum(pg_database_size(oid))::bigint FROM pg_database", cancellationToken), time.GetUtcNow());
        await using var command = new NpgsqlCommand(Sql, connection);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        var standby = row.GetBoolean(0);
        return new(
            standby ? NodeRole.Replica : NodeRole.Primary,
            (uint)row.GetInt32(1),
            row.IsDBNull(2) ? "0/0" : row.GetString(2),
            row.GetString(3),
            standby ? !row.IsDBNull(4) && row.GetBoolean(4) : null,
            row.IsDBNull(5) ? null : row.GetInt64(5),
            row.IsDBNull(6) ? null : row.GetDouble(6),
            replicas,
            _size.Bytes,
            row.GetString(7),
            row.GetString(8));
    }

    private static async Task<IReadOnlyList<ReplicaStatus>> ReplicasAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReplicasSql, connection);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        List<ReplicaStatus> replicas = [];
        while (await rows.ReadAsync(cancellationToken))
            replicas.Add(new(rows.GetString(0), rows.GetString(1), rows.GetString(2), rows.IsDBNull(3) ? null : rows.GetInt64(3)));
        return replicas;
    }
}
