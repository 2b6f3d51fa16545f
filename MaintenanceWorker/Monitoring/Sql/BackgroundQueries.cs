using MaintenanceWorker.Monitoring.Instruments;

namespace MaintenanceWorker.Monitoring.Sql;

/// <summary>Checkpoints, the background writer, WAL and its archive.</summary>
internal static class BackgroundQueries
{
    // 17 moved checkpoints to a view of their own, and what backends write to pg_stat_io.
    private const string WriterBefore17 = """
        SELECT checkpoints_timed, checkpoints_req, checkpoint_write_time, checkpoint_sync_time,
            buffers_checkpoint, buffers_clean, buffers_backend, buffers_backend_fsync, buffers_alloc, maxwritten_clean
        FROM pg_stat_bgwriter
        """;

    private const string WriterSince17 = """
        SELECT c.num_timed, c.num_requested, c.write_time, c.sync_time,
            c.buffers_written, w.buffers_clean, b.writes, b.fsyncs, w.buffers_alloc, w.maxwritten_clean
        FROM pg_stat_checkpointer c, pg_stat_bgwriter w, (
            SELECT coalesce(sum(writes), 0)::bigint AS writes, coalesce(sum(fsyncs), 0)::bigint AS fsyncs
            FROM pg_stat_io WHERE object = 'relation' AND backend_type NOT IN ('checkpointer', 'background writer')) b
        """;

    public static StatisticsQuery Writer(int major) => new("background writer", major < 17 ? WriterBefore17 : WriterSince17)
    {
        Measures =
        [
            new(PostgresMetrics.CheckpointCount, AttributeNames.Type, "scheduled"), new(PostgresMetrics.CheckpointCount, AttributeNames.Type, "requested"),
            new(PostgresMetrics.CheckpointDuration, AttributeNames.Type, "write"), new(PostgresMetrics.CheckpointDuration, AttributeNames.Type, "sync"),
            Written("checkpoints"), Written("bgwriter"), Written("backend"), Written("backend_fsync"),
            PostgresMetrics.BuffersAllocated, PostgresMetrics.MaxWritten,
        ],
    };

    public static readonly StatisticsQuery Wal = new("WAL", "SELECT wal_bytes::bigint FROM pg_stat_wal")
    {
        Measures = [PlatformMetrics.WalWritten],
    };

    // A file that waits to be used again keeps its old time: only those up to the current one count.
    public static readonly StatisticsQuery WalFiles = new("WAL files", """
        SELECT coalesce(sum(size), 0)::bigint, CASE WHEN NOT pg_is_in_recovery() THEN (
            SELECT extract(epoch FROM clock_timestamp() - min(modification))::bigint FROM pg_ls_waldir()
            WHERE name ~ '^[0-9A-F]{24}$' AND substr(name, 9) <= substr(pg_walfile_name(pg_current_wal_lsn()), 9)) END
        FROM pg_ls_waldir()
        """)
    {
        IsSlow = true,
        IsShared = true,
        Measures = [PlatformMetrics.WalSize, PostgresMetrics.WalAge],
    };

    public static readonly StatisticsQuery Archiver = new("archiver", """
        SELECT archived_count, failed_count, (failed_count > 0 AND last_failed_time > coalesce(last_archived_time, '-infinity'))::int::bigint FROM pg_stat_archiver
        """)
    {
        Measures = [PlatformMetrics.Archived, PlatformMetrics.ArchiveFailures, PlatformMetrics.ArchiveFailing],
    };

    private static Measure Written(string source) => new(PostgresMetrics.BuffersWritten, AttributeNames.Source, source);
}
