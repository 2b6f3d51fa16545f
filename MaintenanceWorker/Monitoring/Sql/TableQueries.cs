using MaintenanceWorker.Monitoring.Instruments;

namespace MaintenanceWorker.Monitoring.Sql;

/// <summary>Tables and indexes of the database that the worker is connected to.</summary>
internal static class TableQueries
{
    /// <summary>What somebody holds or waits for in ACCESS EXCLUSIVE mode: to measure its size would mean to wait.</summary>
    public const string Locked = """
        SELECT relation FROM pg_locks
        WHERE locktype = 'relation' AND mode = 'AccessExclusiveLock' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """;

    /// <summary>Whether table <c>c</c>, its TOAST table or one of its indexes is in <c>locked</c>.</summary>
    public const string TableIsLocked = """
        EXISTS (SELECT FROM locked WHERE relation IN (c.oid, c.reltoastrelid) OR relation IN (SELECT indexrelid FROM pg_index WHERE indrelid IN (c.oid, c.reltoastrelid)))
        """;

    /// <summary>Tables of users <c>c</c> in schemas <c>n</c>.</summary>
    public const string UserTables = """
        pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
            AND c.relkind IN ('r', 'm') AND c.relpersistence <> 't'
        """;

    /// <summary>Valid indexes <c>i</c> that hold up no constraint, of tables that are not empty; an index on an empty table has nothing to do.</summary>
    public const string PlainIndexes = """
        pg_stat_user_indexes s JOIN pg_index i ON i.indexrelid = s.indexrelid AND i.indisvalid AND NOT i.indisprimary AND NOT i.indisunique AND NOT i.indisexclusion
        """;

    /// <summary>
    /// Whether somebody is building index <c>i</c>, or another one of its table, at this moment: until that is done it is no valid one. Of other roles' sessions
    /// the view tells only the process; whatever builds an index has a lock on its table, which everybody can see.
    /// </summary>
    public const string IsBeingBuilt = """
        EXISTS (SELECT FROM pg_stat_progress_create_index p JOIN pg_locks l ON l.pid = p.pid
            WHERE l.locktype = 'relation' AND l.relation = i.indrelid AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))
        """;

    /// <summary>How many indexes an unfinished build left behind.</summary>
    public const string InvalidIndexes = $"SELECT count(*) FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid AND x.relkind = 'i' WHERE NOT i.indisvalid AND NOT {IsBeingBuilt}";

    private const string Name = "current_database() || '|' || n.nspname, c.relname::text";

    // Pages are counted by vacuum and analyze alone; until then the rows tell.
    private const string Rank = "greatest(c.relpages::bigint, (pg_stat_get_live_tuples(c.oid) + pg_stat_get_dead_tuples(c.oid)) / 100)";

    public static readonly StatisticsQuery Tables = new("tables", $"""
        SELECT {Name}, s.n_live_tup, s.n_dead_tup, s.n_tup_ins, s.n_tup_upd, s.n_tup_del, s.n_tup_hot_upd, s.seq_scan, s.vacuum_count, s.autovacuum_count, s.analyze_count + s.autoanalyze_count,
            io.heap_blks_read, io.heap_blks_hit, coalesce(io.idx_blks_read, 0)::bigint, coalesce(io.idx_blks_hit, 0)::bigint,
            coalesce(io.toast_blks_read, 0), coalesce(io.toast_blks_hit, 0), coalesce(io.tidx_blks_read, 0)::bigint, coalesce(io.tidx_blks_hit, 0)::bigint, {Rank}
        FROM {UserTables}
        JOIN pg_stat_all_tables s ON s.relid = c.oid
        JOIN pg_statio_all_tables io ON io.relid = c.oid
        """)
    {
        Labels = [AttributeNames.Namespace, AttributeNames.Collection],
        Measures =
        [
            new(PostgresMetrics.Rows, AttributeNames.State, "live"), new(PostgresMetrics.Rows, AttributeNames.State, "dead"),
            Operation("ins"), Operation("upd"), Operation("del"), Operation("hot_upd"),
            PostgresMetrics.SequentialScans, PostgresMetrics.TableVacuums, PlatformMetrics.TableAutovacuums, PlatformMetrics.TableAnalyzes,
            Blocks("heap_read"), Blocks("heap_hit"), Blocks("idx_read"), Blocks("idx_hit"), Blocks("toast_read"), Blocks("toast_hit"), Blocks("tidx_read"), Blocks("tidx_hit"),
        ],
        Limit = SeriesLimit.Tables,
    };

    public static readonly StatisticsQuery Indexes = new("indexes", $"""
        SELECT {Name}, x.relname::text, coalesce(pg_stat_get_numscans(x.oid), 0), greatest(x.relpages::bigint, pg_stat_get_live_tuples(c.oid) / 200)
        FROM {UserTables}
        JOIN pg_index i ON i.indrelid = c.oid
        JOIN pg_class x ON x.oid = i.indexrelid
        """)
    {
        Labels = [AttributeNames.Namespace, AttributeNames.Collection, AttributeNames.Index],
        Measures = [PostgresMetrics.IndexScans],
        Limit = SeriesLimit.Indexes,
    };

    public static readonly StatisticsQuery DatabaseSizes = new("database sizes", """
        SELECT datname::text, pg_database_size(oid), pg_database_size(oid) FROM pg_database WHERE NOT datistemplate AND datallowconn
        """)
    {
        IsSlow = true,
        IsShared = true,
        Labels = [AttributeNames.Namespace],
        Measures = [PostgresMetrics.DatabaseSize],
        Limit = SeriesLimit.Others,
    };

    public static readonly StatisticsQuery TableSizes = new("table sizes", $"""
        WITH locked AS MATERIALIZED ({Locked})
        SELECT {Name}, CASE WHEN NOT b.blocked THEN pg_relation_size(c.oid) END, CASE WHEN NOT b.blocked THEN pg_total_relation_size(c.oid) END, {Rank}
        FROM {UserTables}
        CROSS JOIN LATERAL (SELECT {TableIsLocked}) b (blocked)
        """)
    {
        IsSlow = true,
        Labels = [AttributeNames.Namespace, AttributeNames.Collection],
        Measures = [PostgresMetrics.TableSize, PlatformMetrics.TableTotalSize],
        Limit = SeriesLimit.Tables,
        NullKeepsLast = true,
    };

    public static readonly StatisticsQuery IndexSizes = new("index sizes", $"""
        WITH locked AS MATERIALIZED ({Locked})
        SELECT {Name}, x.relname::text, CASE WHEN x.oid NOT IN (SELECT relation FROM locked) THEN pg_relation_size(x.oid) END, greatest(x.relpages::bigint, pg_stat_get_live_tuples(c.oid) / 200)
        FROM {UserTables}
        JOIN pg_index i ON i.indrelid = c.oid
        JOIN pg_class x ON x.oid = i.indexrelid AND x.relkind = 'i'
        """)
    {
        IsSlow = true,
        Labels = [AttributeNames.Namespace, AttributeNames.Collection, AttributeNames.Index],
        Measures = [PostgresMetrics.IndexSize],
        Limit = SeriesLimit.Indexes,
        NullKeepsLast = true,
    };

    // A row takes its header (24 bytes), its place in the page's list (4) and its columns, padded to 8; a page's own header takes 24.
    public static readonly StatisticsQuery Bloat = new("bloat", $"""
        SELECT {Name}, (greatest(0, c.relpages - ceil(c.reltuples * (28 + 8 * ceil(w.width / 8)) * 100
                / (coalesce((SELECT option_value FROM pg_options_to_table(c.reloptions) WHERE option_name = 'fillfactor')::float8, 100) * (b.size - 24)))) * b.size)::bigint, {Rank}
        FROM {UserTables}
        JOIN (SELECT schemaname, tablename, sum((1 - null_frac) * avg_width) AS width FROM pg_stats WHERE NOT inherited GROUP BY 1, 2) w
            ON w.schemaname = n.nspname AND w.tablename = c.relname
        CROSS JOIN (SELECT current_setting('block_size')::float8) b (size)
        WHERE c.reltuples >= 0
        """)
    {
        IsSlow = true,
        Labels = [AttributeNames.Namespace, AttributeNames.Collection],
        Measures = [PlatformMetrics.TableBloat],
        Limit = SeriesLimit.Tables,
    };

    public static readonly StatisticsQuery Counts = new("counts", $"""
        SELECT current_database()::text, (SELECT count(*) FROM pg_stat_user_tables), ({InvalidIndexes}),
            (SELECT count(*) FROM pg_database WHERE NOT datistemplate)
        """)
    {
        IsSlow = true,
        Labels = [AttributeNames.Namespace],
        Measures = [PostgresMetrics.TableCount, PlatformMetrics.InvalidIndexes, PostgresMetrics.DatabaseCount],
    };

    /// <summary>The plain indexes with the scans that this server made of each; read from every server for <see cref="PlatformMetrics.UnusedIndexes"/>.</summary>
    public const string IndexUse = $"""
        SELECT s.schemaname || '.' || s.indexrelname, coalesce(s.idx_scan, 0), coalesce(pg_stat_get_live_tuples(s.relid), 0) FROM {PlainIndexes}
        """;

    /// <summary>Time spent on vacuum is known since 18.</summary>
    public static IEnumerable<StatisticsQuery> VacuumTime(int major) => major < 18 ? [] :
    [
        new("vacuum time", "SELECT coalesce(sum(total_vacuum_time), 0)::float8 / 1000, coalesce(sum(total_autovacuum_time), 0)::float8 / 1000 FROM pg_stat_user_tables")
        {
            IsSlow = true,
            Measures =
            [
                new(PlatformMetrics.VacuumTime, AttributeNames.Type, "vacuum") { ShrinksByReset = false },
                new(PlatformMetrics.VacuumTime, AttributeNames.Type, "autovacuum") { ShrinksByReset = false },
            ],
        },
    ];

    private static Measure Operation(string operation) => new(PostgresMetrics.Operations, AttributeNames.Operation, operation);

    private static Measure Blocks(string source) => new(PostgresMetrics.BlocksRead, AttributeNames.Source, source);
}
