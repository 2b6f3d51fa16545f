using static MaintenanceWorker.Monitoring.Instruments.MetricKind;

namespace MaintenanceWorker.Monitoring.Instruments;

/// <summary>The platform's own metrics: what the Collector's receiver lacks.</summary>
internal static class PlatformMetrics
{
    private const string Server = "conversation_platform.postgresql.";
    private const string Platform = "conversation_platform.";

    public static readonly MetricDefinition Up = new(Server + "up", Gauge, "1", "1 while a server lets the worker in, 0 while it does not.");
    public static readonly MetricDefinition Role = new(Server + "role", Gauge, "1", "1 for what a server is, by role: primary or standby.");
    public static readonly MetricDefinition Collections = new(Server + "collections", Counter, "{collection}", "Times that a server's numbers were collected.");
    public static readonly MetricDefinition CollectionDuration = new(Server + "collection.duration", Gauge, "s", "How long the last collection took.", IsFractional: true);
    public static readonly MetricDefinition CollectionFailures = new(Server + "collection.failures", Counter, "{failure}", "Numbers that could not be collected, by group and error.");
    public static readonly MetricDefinition Sessions = new(Server + "sessions", UpDownCounter, "{session}", "Sessions of clients, by state.");
    public static readonly MetricDefinition SessionsWaiting = new(Server + "sessions.waiting_for_lock", Gauge, "{session}", "Sessions that wait for a lock.");
    public static readonly MetricDefinition ConnectionsAllowed = new(Server + "connection.allowed", Gauge, "{connections}", "Connections that are left for clients when those reserved for administrators are not counted.");
    public static readonly MetricDefinition LongestTransaction = new(Server + "transaction.longest", Gauge, "s", "Age of the oldest open transaction of a client.", IsFractional: true);
    public static readonly MetricDefinition PreparedTransactions = new(Server + "transaction.prepared", Gauge, "{transaction}", "Transactions prepared for two-phase commit.");
    public static readonly MetricDefinition OldestPrepared = new(Server + "transaction.prepared.oldest", Gauge, "s", "Age of the oldest prepared transaction, 0 without one.", IsFractional: true);
    public static readonly MetricDefinition AutovacuumWorkers = new(Server + "autovacuum.workers", Gauge, "{worker}", "Autovacuum workers at work.");
    public static readonly MetricDefinition XidAge = new(Server + "xid.age", Gauge, "{transaction}", "Transactions since a database was last frozen; at 2 billion the server stops taking writes.");
    public static readonly MetricDefinition MultixactAge = new(Server + "multixact.age", Gauge, "{multixact}", "Multixacts since a database was last frozen.");
    public static readonly MetricDefinition TableTotalSize = new(Server + "table.total_size", UpDownCounter, "By", "Disk space of a table with its TOAST table and indexes.");
    public static readonly MetricDefinition TableBloat = new(Server + "table.bloat", Gauge, "By", "Space in a table that its rows do not need, estimated from statistics.");
    public static readonly MetricDefinition TableAutovacuums = new(Server + "table.autovacuum.count", Counter, "{vacuum}", "Times that a table was vacuumed by autovacuum.");
    public static readonly MetricDefinition TableAnalyzes = new(Server + "table.analyze.count", Counter, "{analyze}", "Times that a table was analyzed, by command or autovacuum.");
    public static readonly MetricDefinition VacuumTime = new(Server + "vacuum.duration", Counter, "s", "Time that vacuum took, by type: vacuum or autovacuum (PostgreSQL 18 and later).", IsFractional: true);
    public static readonly MetricDefinition InvalidIndexes = new(Server + "index.invalid", Gauge, "{index}", "Indexes that a failed build left behind: kept up to date, used by no query.");
    public static readonly MetricDefinition UnusedIndexes = new(Server + "index.unused", Gauge, "{index}", "Indexes that no server used, without primary keys, unique and exclusion constraints and those of empty tables.");
    public static readonly MetricDefinition WalSize = new(Server + "wal.size", UpDownCounter, "By", "Disk space of the WAL.");
    public static readonly MetricDefinition WalWritten = new(Server + "wal.written", Counter, "By", "WAL written.");
    public static readonly MetricDefinition Archived = new(Server + "archiver.archived", Counter, "{file}", "WAL files archived.");
    public static readonly MetricDefinition ArchiveFailures = new(Server + "archiver.failed", Counter, "{file}", "Attempts to archive a WAL file that failed.");
    public static readonly MetricDefinition ArchiveFailing = new(Server + "archiver.failing", Gauge, "1", "1 while the last attempt to archive failed.");
    public static readonly MetricDefinition ReceiverStatus = new(Server + "wal_receiver.status", Gauge, "1", "1 for what a standby's WAL receiver does, by state; none when it does not run.");
    public static readonly MetricDefinition ReplayLag = new(Server + "replay.lag", Gauge, "By", "WAL that a standby received and did not replay.");
    public static readonly MetricDefinition ReplayDelay = new(Server + "replay.delay", Gauge, "s", "Age of the last transaction that a standby replayed, 0 when nothing is left to replay.", IsFractional: true);
    public static readonly MetricDefinition SlotRetained = new(Server + "replication.slot.retained", Gauge, "By", "WAL that a replication slot holds back.");
    public static readonly MetricDefinition SlotActive = new(Server + "replication.slot.active", Gauge, "1", "1 while a replication slot is in use, else 0.");
    public static readonly MetricDefinition SlotLost = new(Server + "replication.slot.lost", Gauge, "1", "1 when WAL that a slot needs is gone, else 0.");
    public static readonly MetricDefinition StatementTime = new(Server + "statement.execution.time", Counter, "s", "Time that a statement took, for those that took most.", IsFractional: true);
    public static readonly MetricDefinition StatementCalls = new(Server + "statement.calls", Counter, "{call}", "Times that a statement ran, for those that took most time.");
    public static readonly MetricDefinition StatementRows = new(Server + "statement.rows", Counter, "{row}", "Rows that a statement gave or changed, for those that took most time.");
    public static readonly MetricDefinition SlowStatements = new(Server + "statement.slow", Gauge, "{statement}", "Statements whose mean time is above the threshold for slow ones.");
    public static readonly MetricDefinition DiskFree = new(Server + "disk.free", Gauge, "By", "Free space where a node's data lies.");
    public static readonly MetricDefinition DiskTotal = new(Server + "disk.total", Gauge, "By", "Space in all where a node's data lies.");

    public static readonly MetricDefinition Conversations = new(Platform + "conversations", UpDownCounter, "{conversation}", "Conversations, by status.");
    public static readonly MetricDefinition OldestWaiting = new(Platform + "reply.oldest_waiting", Gauge, "s", "How long the conversation that waits longest for a reply has waited, 0 without one.", IsFractional: true);
    public static readonly MetricDefinition Suggestions = new(Platform + "suggestions", UpDownCounter, "{suggestion}", "Suggestions, by status.");
    public static readonly MetricDefinition SuggestionAcceptance = new(Platform + "suggestion.acceptance", Gauge, "1", "Suggestions that were sent, as they were or edited, of those that were decided on.", IsFractional: true);
    public static readonly MetricDefinition DeliveryBacklog = new(Platform + "delivery.backlog", UpDownCounter, "{message}", "Outbound messages that are not sent, by status: queued, sending or failed.");
    public static readonly MetricDefinition EmbeddingBacklog = new(Platform + "embedding.backlog", UpDownCounter, "{message}", "Messages without an embedding.");
}
