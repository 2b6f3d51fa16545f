using Npgsql;

namespace MaintenanceWorker.Upkeep;

/// <summary>A table that upkeep looks after.</summary>
/// <param name="Name">With its schema.</param>
/// <param name="Quoted">As SQL wants it.</param>
/// <param name="DeadRows">An estimate, from the statistics.</param>
/// <param name="Bytes">An estimate without indexes: to measure it would wait for locks.</param>
internal sealed record UpkeepTable(string Name, string Quoted, long DeadRows, long Bytes)
{
    /// <summary>The platform's tables, the one with the most dead rows first.</summary>
    public static async Task<IReadOnlyList<UpkeepTable>> ListAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            SELECT n.nspname || '.' || c.relname, format('%I.%I', n.nspname, c.relname), coalesce(s.n_dead_tup, 0), c.relpages * current_setting('block_size')::bigint
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid
            WHERE n.nspname IN ('public', 'ops', 'history') AND c.relkind = 'r' AND pg_has_role(c.relowner, 'USAGE') ORDER BY 3 DESC, 1
            """, connection);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var tables = new List<UpkeepTable>();
        while (await row.ReadAsync(cancellationToken))
            tables.Add(new(row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3)));
        return tables;
    }
}
