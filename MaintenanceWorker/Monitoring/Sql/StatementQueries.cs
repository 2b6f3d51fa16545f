using System.Globalization;
using MaintenanceWorker.Monitoring.Instruments;

namespace MaintenanceWorker.Monitoring.Sql;

/// <summary>Statements, by pg_stat_statements. Their texts stay on the server: those of some commands hold secrets.</summary>
internal static class StatementQueries
{
    public static StatisticsQuery Totals(double slowMilliseconds) => new("statements in all", string.Create(CultureInfo.InvariantCulture, $"""
        SELECT current_database()::text, coalesce(sum(total_exec_time), 0)::float8 / 1000, count(*) FILTER (WHERE mean_exec_time > {slowMilliseconds}) FROM pg_stat_statements(false)
        WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
        """))
    {
        IsSlow = true,
        Labels = [AttributeNames.Namespace],
        // The least used statements are forgotten when there are too many.
        Measures = [new(PostgresMetrics.QueryTime) { ShrinksByReset = false }, PlatformMetrics.SlowStatements],
    };

    public static readonly StatisticsQuery Statements = new("statements", """
        SELECT current_database()::text, queryid::text, sum(total_exec_time)::float8 / 1000, sum(calls)::bigint, sum(rows)::bigint, sum(total_exec_time)::float8 FROM pg_stat_statements(false)
        WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND queryid IS NOT NULL GROUP BY queryid
        """)
    {
        IsSlow = true,
        Labels = [AttributeNames.Namespace, AttributeNames.QueryId],
        Measures = [PlatformMetrics.StatementTime, PlatformMetrics.StatementCalls, PlatformMetrics.StatementRows],
        Limit = SeriesLimit.Statements,
    };
}
