using MaintenanceWorker.Monitoring.Instruments;

namespace MaintenanceWorker.Monitoring.Sql;

/// <summary>Standbys as their primary sees them, and as they see themselves; replication slots.</summary>
internal static class ReplicationQueries
{
    private const string OwnEnd = "CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END";

    // The lags are NULL when nothing was written lately.
    public static readonly StatisticsQuery Replicas = new("replicas", $"""
        SELECT coalesce(host(client_addr), 'unix'), application_name::text, max(pg_wal_lsn_diff({OwnEnd}, replay_lsn))::bigint,
            coalesce(max(extract(epoch FROM write_lag)), 0)::bigint, coalesce(max(extract(epoch FROM flush_lag)), 0)::bigint, coalesce(max(extract(epoch FROM replay_lag)), 0)::bigint,
            coalesce(max(extract(epoch FROM write_lag)), 0)::float8, coalesce(max(extract(epoch FROM flush_lag)), 0)::float8, coalesce(max(extract(epoch FROM replay_lag)), 0)::float8,
            0::bigint
        FROM pg_stat_replication WHERE replay_lsn IS NOT NULL GROUP BY 1, 2
        """)
    {
        Labels = [AttributeNames.ReplicationClient, AttributeNames.ApplicationName],
        Measures =
        [
            PostgresMetrics.ReplicationDelay,
            new(PostgresMetrics.WalLag, AttributeNames.Operation, "write"), new(PostgresMetrics.WalLag, AttributeNames.Operation, "flush"), new(PostgresMetrics.WalLag, AttributeNames.Operation, "replay"),
            new(PostgresMetrics.WalDelay, AttributeNames.Operation, "write"), new(PostgresMetrics.WalDelay, AttributeNames.Operation, "flush"), new(PostgresMetrics.WalDelay, AttributeNames.Operation, "replay"),
        ],
        Limit = SeriesLimit.Others,
    };

    public static readonly StatisticsQuery Receiver = new("WAL receiver", "SELECT coalesce((SELECT status FROM pg_stat_wal_receiver), 'none'), 1::bigint")
    {
        Audience = Audience.Standby,
        Labels = [AttributeNames.State],
        Measures = [PlatformMetrics.ReceiverStatus],
    };

    public static readonly StatisticsQuery Replay = new("replay", """
        SELECT pg_wal_lsn_diff(greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()), pg_last_wal_replay_lsn())::bigint,
            CASE WHEN pg_last_wal_receive_lsn() <= pg_last_wal_replay_lsn() THEN 0 ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END::float8
        """)
    {
        Audience = Audience.Standby,
        Measures = [PlatformMetrics.ReplayLag, PlatformMetrics.ReplayDelay],
    };

    public static readonly StatisticsQuery Slots = new("replication slots", $"""
        SELECT slot_name::text, coalesce(pg_wal_lsn_diff({OwnEnd}, restart_lsn), 0)::bigint, active::int::bigint, (coalesce(wal_status, '') = 'lost')::int::bigint,
            coalesce(pg_wal_lsn_diff({OwnEnd}, restart_lsn), 0)::bigint
        FROM pg_replication_slots
        """)
    {
        Labels = [AttributeNames.Slot],
        Measures = [PlatformMetrics.SlotRetained, PlatformMetrics.SlotActive, PlatformMetrics.SlotLost],
        Limit = SeriesLimit.Others,
    };
}
