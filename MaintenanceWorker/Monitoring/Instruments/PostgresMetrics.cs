using static MaintenanceWorker.Monitoring.Instruments.MetricKind;

namespace MaintenanceWorker.Monitoring.Instruments;

/// <summary>The metrics that the OpenTelemetry Collector's PostgreSQL receiver has too: same names, units and kinds, so that dashboards fit both.</summary>
internal static class PostgresMetrics
{
    public static readonly MetricDefinition Backends = new("postgresql.backends", UpDownCounter, "1", "Sessions and workers in each database.");
    public static readonly MetricDefinition ConnectionMax = new("postgresql.connection.max", Gauge, "{connections}", "Connections that the server is configured to allow.");
    public static readonly MetricDefinition DatabaseCount = new("postgresql.database.count", UpDownCounter, "{databases}", "Databases that are no templates.");
    public static readonly MetricDefinition DatabaseSize = new("postgresql.db_size", UpDownCounter, "By", "Disk space of a database.");
    public static readonly MetricDefinition Commits = new("postgresql.commits", Counter, "1", "Transactions committed.");
    public static readonly MetricDefinition Rollbacks = new("postgresql.rollbacks", Counter, "1", "Transactions rolled back.");
    public static readonly MetricDefinition Deadlocks = new("postgresql.deadlocks", Counter, "{deadlock}", "Deadlocks found.");
    public static readonly MetricDefinition TempFiles = new("postgresql.temp_files", Counter, "{temp_file}", "Temporary files made by statements.");
    public static readonly MetricDefinition TempIo = new("postgresql.temp.io", Counter, "By", "Bytes written to temporary files by statements.");
    public static readonly MetricDefinition BlocksHit = new("postgresql.blks_hit", Counter, "{blks_hit}", "Blocks found in the buffer cache, by database.");
    public static readonly MetricDefinition BlocksFromDisk = new("postgresql.blks_read", Counter, "{blks_read}", "Blocks read from disk, by database.");
    public static readonly MetricDefinition RowsReturned = new("postgresql.tup_returned", Counter, "{tup_returned}", "Rows read by scans, by database.");
    public static readonly MetricDefinition RowsFetched = new("postgresql.tup_fetched", Counter, "{tup_fetched}", "Rows fetched by index scans, by database.");
    public static readonly MetricDefinition RowsInserted = new("postgresql.tup_inserted", Counter, "{tup_inserted}", "Rows inserted, by database.");
    public static readonly MetricDefinition RowsUpdated = new("postgresql.tup_updated", Counter, "{tup_updated}", "Rows updated, by database.");
    public static readonly MetricDefinition RowsDeleted = new("postgresql.tup_deleted", Counter, "{tup_deleted}", "Rows deleted, by database.");
    public static readonly MetricDefinition QueryConflicts = new("postgresql.query.conflicts", Counter, "{query}", "Statements on a standby that were cancelled because they were in the way of recovery.");
    public static readonly MetricDefinition TableCount = new("postgresql.table.count", UpDownCounter, "{table}", "Tables of users in a database.");
    public static readonly MetricDefinition TableSize = new("postgresql.table.size", UpDownCounter, "By", "Disk space of a table, without its TOAST table and indexes.");
    public static readonly MetricDefinition TableVacuums = new("postgresql.table.vacuum.count", Counter, "{vacuum}", "Times that a table was vacuumed by command.");
    public static readonly MetricDefinition SequentialScans = new("postgresql.sequential_scans", Counter, "{sequential_scan}", "Sequential scans of a table.");
    public static readonly MetricDefinition Rows = new("postgresql.rows", UpDownCounter, "1", "Rows of a table, as the server estimates them, by state: live or dead.");
    public static readonly MetricDefinition Operations = new("postgresql.operations", Counter, "1", "Rows changed in a table, by operation: ins, upd, del or hot_upd.");
    public static readonly MetricDefinition BlocksRead = new("postgresql.blocks_read", Counter, "1", "Blocks asked for by a table, by source.");
    public static readonly MetricDefinition IndexScans = new("postgresql.index.scans", Counter, "{scans}", "Scans of an index.");
    public static readonly MetricDefinition IndexSize = new("postgresql.index.size", Gauge, "By", "Disk space of an index.");
    public static readonly MetricDefinition CheckpointCount = new("postgresql.bgwriter.checkpoint.count", Counter, "{checkpoints}", "Checkpoints, by type: scheduled or requested.");
    public static readonly MetricDefinition CheckpointDuration = new("postgresql.bgwriter.duration", Counter, "ms", "Time that checkpoints took, by type: write or sync.", IsFractional: true);
    public static readonly MetricDefinition BuffersWritten = new("postgresql.bgwriter.buffers.writes", Counter, "{buffers}", "Buffers written, by source.");
    public static readonly MetricDefinition BuffersAllocated = new("postgresql.bgwriter.buffers.allocated", Counter, "{buffers}", "Buffers allocated.");
    public static readonly MetricDefinition MaxWritten = new("postgresql.bgwriter.maxwritten", Counter, "1", "Times that the background writer stopped because it had written enough.");
    public static readonly MetricDefinition ReplicationDelay = new("postgresql.replication.data_delay", Gauge, "By", "WAL that a standby has not replayed.");
    public static readonly MetricDefinition WalLag = new("postgresql.wal.lag", Gauge, "s", "How far a standby is behind in whole seconds, by operation: write, flush or replay.");
    public static readonly MetricDefinition WalDelay = new("postgresql.wal.delay", Gauge, "s", "How far a standby is behind, by operation: write, flush or replay.", IsFractional: true);
    public static readonly MetricDefinition WalAge = new("postgresql.wal.age", Gauge, "s", "Age of the oldest WAL file.");
    public static readonly MetricDefinition Locks = new("postgresql.database.locks", Gauge, "{lock}", "Locks held or waited for.");
    public static readonly MetricDefinition QueryTime = new("postgresql.query.execution.time", Counter, "s", "Time that the statements of a database took.", IsFractional: true);
}
