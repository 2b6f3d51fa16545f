using MaintenanceWorker.Monitoring.Sql;

namespace MaintenanceWorker.HealthReport;

/// <summary>The statements of the report.</summary>
internal static class ReportSql
{
    public const string Sessions = $"""
        SELECT count(*) FILTER (WHERE backend_type = 'client backend'), {ServerQueries.Allowed}, {ServerQueries.LongestTransaction},
            (SELECT max(age(datfrozenxid))::bigint FROM pg_database),
            ({TableQueries.InvalidIndexes}),
            (SELECT failed_count > 0 AND last_failed_time > coalesce(last_archived_time, '-infinity') FROM pg_stat_archiver),
            pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint
        FROM pg_stat_activity
        """;

    public const string TableSizes = $"""
        WITH locked AS MATERIALIZED ({TableQueries.Locked}),
            measured AS (SELECT c.relname::text AS name, pg_total_relation_size(c.oid) AS size FROM {TableQueries.UserTables} WHERE n.nspname = 'public' AND NOT {TableQueries.TableIsLocked})
        SELECT name, pg_size_pretty(size) FROM measured ORDER BY size DESC, name LIMIT 100
        """;

    public const string SlowQueries = """
        SELECT count(*) FROM pg_stat_statements(false) WHERE mean_exec_time > $1 AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
        """;

    public const string Conversations = """
        SELECT count(*) FILTER (WHERE status = 'needs_reply'), count(*) FILTER (WHERE status = 'active'), count(*) FILTER (WHERE status = 'waiting'), count(*) FILTER (WHERE status = 'archived')
        FROM public.conversations
        """;

    public const string Slots = """
        SELECT slot_name::text, active, coalesce(wal_status, '') = 'lost', coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::bigint FROM pg_replication_slots ORDER BY 1
        """;

    public const string History = """
        SELECT EXISTS (SELECT FROM history.row_versions_default),
            to_regclass('history.row_versions_' || to_char(date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month', 'YYYY_MM')) IS NULL
        """;

    public const string Standby = """
        SELECT coalesce((SELECT status = 'streaming' FROM pg_stat_wal_receiver), false), coalesce(pg_last_wal_receive_lsn() <= pg_last_wal_replay_lsn(), false),
            extract(epoch FROM clock_timestamp() - coalesce(pg_last_xact_replay_timestamp(), pg_postmaster_start_time()))::float8, coalesce(pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0'), 0)::bigint
        """;
}
