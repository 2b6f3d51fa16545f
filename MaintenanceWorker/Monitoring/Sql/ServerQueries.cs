using MaintenanceWorker.Monitoring.Instruments;

namespace MaintenanceWorker.Monitoring.Sql;

/// <summary>Sessions, transactions, locks and databases.</summary>
internal static class ServerQueries
{
    /// <summary>Connections that clients can have: reserved_connections came with 16.</summary>
    public const string Allowed = """
        current_setting('max_connections')::bigint - current_setting('superuser_reserved_connections')::bigint
            - coalesce(current_setting('reserved_connections', true)::bigint, 0)
        """;

    /// <summary>Age of the oldest transaction of a client, in seconds; base backups and replication are none.</summary>
    public const string LongestTransaction = """
        coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)) FILTER (WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()), 0)::float8
        """;

    public static readonly StatisticsQuery Connections = new("connections", $"""
        SELECT current_setting('max_connections')::bigint, {Allowed},
            count(*) FILTER (WHERE wait_event_type = 'Lock'), count(*) FILTER (WHERE backend_type = 'autovacuum worker'), {LongestTransaction}
        FROM pg_stat_activity
        """)
    {
        Measures = [PostgresMetrics.ConnectionMax, PlatformMetrics.ConnectionsAllowed, PlatformMetrics.SessionsWaiting, PlatformMetrics.AutovacuumWorkers, PlatformMetrics.LongestTransaction],
    };

    public static readonly StatisticsQuery Sessions = new("sessions", """
        SELECT s.state, coalesce(a.sessions, 0)
        FROM unnest(ARRAY['active', 'idle', 'idle in transaction', 'idle in transaction (aborted)', 'fastpath function call', 'disabled']) s (state)
        LEFT JOIN (SELECT state, count(*) AS sessions FROM pg_stat_activity WHERE backend_type = 'client backend' GROUP BY state) a ON a.state = s.state
        """)
    {
        Labels = [AttributeNames.State],
        Measures = [PlatformMetrics.Sessions],
    };

    public static readonly StatisticsQuery Databases = new("databases", """
        SELECT d.datname::text, coalesce(a.backends, 0), s.xact_commit, s.xact_rollback, s.deadlocks, s.temp_files, s.temp_bytes, s.blks_hit, s.blks_read,
            s.tup_returned, s.tup_fetched, s.tup_inserted, s.tup_updated, s.tup_deleted, age(d.datfrozenxid)::bigint, mxid_age(d.datminmxid)::bigint, s.xact_commit
        FROM pg_database d
        JOIN pg_stat_database s ON s.datid = d.oid
        LEFT JOIN (SELECT datid, count(*) AS backends FROM pg_stat_activity GROUP BY datid) a ON a.datid = d.oid
        WHERE NOT d.datistemplate
        """)
    {
        Labels = [AttributeNames.Namespace],
        Measures =
        [
            PostgresMetrics.Backends, PostgresMetrics.Commits, PostgresMetrics.Rollbacks, PostgresMetrics.Deadlocks, PostgresMetrics.TempFiles, PostgresMetrics.TempIo,
            PostgresMetrics.BlocksHit, PostgresMetrics.BlocksFromDisk, PostgresMetrics.RowsReturned, PostgresMetrics.RowsFetched, PostgresMetrics.RowsInserted,
            PostgresMetrics.RowsUpdated, PostgresMetrics.RowsDeleted, PlatformMetrics.XidAge, PlatformMetrics.MultixactAge,
        ],
        Limit = SeriesLimit.Others,
    };

    public static readonly StatisticsQuery Conflicts = new("conflicts", """
        SELECT datname::text, confl_tablespace, confl_lock, confl_snapshot, confl_bufferpin, confl_deadlock, 0::bigint
        FROM pg_stat_database_conflicts WHERE datname = current_database()
        """)
    {
        Audience = Audience.Standby,
        Labels = [AttributeNames.Namespace],
        Measures = [Conflict("tablespace"), Conflict("lock"), Conflict("snapshot"), Conflict("bufferpin"), Conflict("deadlock")],
        Limit = SeriesLimit.Others,
    };

    public static readonly StatisticsQuery Prepared = new("prepared transactions", """
        SELECT count(*), coalesce(max(extract(epoch FROM clock_timestamp() - prepared)), 0)::float8 FROM pg_prepared_xacts
        """)
    {
        Measures = [PlatformMetrics.PreparedTransactions, PlatformMetrics.OldestPrepared],
    };

    public static readonly StatisticsQuery Locks = new("locks", """
        SELECT current_database()::text, coalesce(c.relname::text, ''), l.mode, l.locktype, count(*), count(*)
        FROM pg_locks l
        LEFT JOIN pg_class c ON c.oid = l.relation
        WHERE l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND l.pid <> pg_backend_pid()
        GROUP BY 2, 3, 4
        """)
    {
        Labels = [AttributeNames.Namespace, AttributeNames.Relation, AttributeNames.Mode, AttributeNames.LockType],
        Measures = [PostgresMetrics.Locks],
        Limit = SeriesLimit.Others,
    };

    private static Measure Conflict(string type) => new(PostgresMetrics.QueryConflicts, AttributeNames.ConflictType, type);
}
