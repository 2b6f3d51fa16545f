namespace MaintenanceWorker.Monitoring.Sql;

/// <summary>Everything that is read, by the server's version: what differs between versions is decided in this folder and nowhere else.</summary>
internal static class StatisticsQueries
{
    /// <summary>The oldest major version that is supported.</summary>
    public const int Oldest = 15;

    /// <summary>The queries for a major version of PostgreSQL; newer ones than are known get those of the newest.</summary>
    public static IReadOnlyList<StatisticsQuery> For(int major, double slowStatementMilliseconds) =>
    [
        ServerQueries.Connections,
        ServerQueries.Sessions,
        ServerQueries.Databases,
        ServerQueries.Conflicts,
        ServerQueries.Prepared,
        ServerQueries.Locks,
        BackgroundQueries.Writer(major),
        BackgroundQueries.Wal,
        BackgroundQueries.WalFiles,
        BackgroundQueries.Archiver,
        ReplicationQueries.Replicas,
        ReplicationQueries.Receiver,
        ReplicationQueries.Replay,
        ReplicationQueries.Slots,
        TableQueries.Tables,
        TableQueries.Indexes,
        TableQueries.DatabaseSizes,
        TableQueries.TableSizes,
        TableQueries.IndexSizes,
        TableQueries.Bloat,
        TableQueries.Counts,
        .. TableQueries.VacuumTime(major),
        StatementQueries.Totals(slowStatementMilliseconds),
        StatementQueries.Statements,
        .. ConversationQueries.All,
    ];
}
