namespace MaintenanceWorker.Upkeep;

/// <summary>What there is of row history. What changes it are functions of the database, which role maintenance may call without owning anything.</summary>
internal static class HistorySql
{
    /// <summary>The names of its partitions.</summary>
    public const string Partitions = "SELECT c.relname::text FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'history.row_versions'::regclass ORDER BY 1";

    /// <summary>Makes the partitions of so many months ahead ($1), and those of what lies in the default one.</summary>
    public const string Ensure = "SELECT history.ensure_partitions($1)";

    /// <summary>Drops the oldest month that is older than $1.</summary>
    public const string Drop = "SELECT partition_name, row_count FROM history.drop_partition($1)";

    /// <summary>Removes at most $2 rows that are older than $1.</summary>
    public const string Prune = "SELECT partition_name, row_count FROM history.prune_rows($1, $2)";

    /// <summary>The partitions with rows older than $1, how many those are, and whether all of the partition's month is older.</summary>
    public const string Old = """
        SELECT p.name, coalesce(v.rows, 0), p.whole FROM (
            SELECT c.oid, c.relname::text AS name, coalesce((to_date(substring(c.relname from '^row_versions_(\d{4}_\d{2})$'), 'YYYY_MM') + interval '1 month') AT TIME ZONE 'UTC' <= now() - $1, false) AS whole
            FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'history.row_versions'::regclass) p
        LEFT JOIN (SELECT tableoid, count(*) AS rows FROM history.row_versions WHERE recorded_at < now() - $1 GROUP BY 1) v ON v.tableoid = p.oid
        WHERE p.whole OR v.rows > 0 ORDER BY 1
        """;

    /// <summary>Those that are missing of this month's partition and the $1 following ones.</summary>
    public const string Missing = """
        SELECT 'row_versions_' || to_char(m, 'YYYY_MM') FROM generate_series(0, $1) n CROSS JOIN LATERAL (SELECT date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => n)) d (m)
        WHERE to_regclass('history.row_versions_' || to_char(m, 'YYYY_MM')) IS NULL
        """;
}
