using ConversationData.Connections;
using Npgsql;

namespace ConversationData.Verification;

/// <summary>A column as the catalogue has it.</summary>
internal sealed record CatalogueColumn(string Name, string Type, bool Nullable);

/// <summary>An index as the catalogue has it; the name with its schema.</summary>
internal sealed record CatalogueIndex(string Name, string Method, bool Unique, bool Valid, bool Partial, bool OfPartition, string Columns);

/// <summary>Reads PostgreSQL's catalogue.</summary>
internal static class CatalogueReader
{
    public static async Task<ILookup<string, CatalogueColumn>> ColumnsAsync(NpgsqlConnection connection, string[] schemas, CancellationToken cancellationToken)
    {
        var rows = await ReadAsync(connection, """
            SELECT n.nspname || '.' || c.relname, a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ANY ($1) AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
            """, schemas, r => (Table: r.GetString(0), Column: new CatalogueColumn(r.GetString(1), r.GetString(2), r.GetBoolean(3))), cancellationToken);
        return rows.ToLookup(r => r.Table, r => r.Column);
    }

    public static async Task<IReadOnlyDictionary<string, CatalogueIndex>> IndexesAsync(NpgsqlConnection connection, string[] schemas, CancellationToken cancellationToken)
    {
        var rows = await ReadAsync(connection, """
            SELECT n.nspname || '.' || c.relname, m.amname, i.indisunique, i.indisvalid AND i.indisready, i.indpred IS NOT NULL,
                   t.relispartition, (SELECT string_agg(pg_get_indexdef(i.indexrelid, k, true), ', ' ORDER BY k) FROM generate_series(1, i.indnkeyatts) k)
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                JOIN pg_class t ON t.oid = i.indrelid JOIN pg_am m ON m.oid = c.relam
            WHERE n.nspname = ANY ($1)
            """, schemas, r => new CatalogueIndex(r.GetString(0), r.GetString(1), r.GetBoolean(2), r.GetBoolean(3), r.GetBoolean(4), r.GetBoolean(5), r.GetString(6)), cancellationToken);
        return rows.ToDictionary(r => r.Name);
    }

    public static async Task<IReadOnlySet<string>> ConstraintsAsync(NpgsqlConnection connection, string[] schemas, CancellationToken cancellationToken) =>
        (await ReadAsync(connection, """
            SELECT n.nspname || '.' || c.conname FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
            WHERE n.nspname = ANY ($1) AND c.convalidated
            """, schemas, r => r.GetString(0), cancellationToken)).ToHashSet(StringComparer.Ordinal);

    public static async Task<IReadOnlyDictionary<string, string>> EnumsAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await ReadAsync(connection, """
            SELECT n.nspname || '.' || t.typname, string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder)
            FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace GROUP BY 1
            """, null, r => (r.GetString(0), r.GetString(1)), cancellationToken)).ToDictionary();

    public static async Task<IReadOnlyDictionary<string, string>> ExtensionsAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await ReadAsync(connection, "SELECT extname, extversion FROM pg_extension", null, r => (r.GetString(0), r.GetString(1)), cancellationToken)).ToDictionary();

    /// <summary>Ids of the migrations that the database lists; none where it has no list yet.</summary>
    public static async Task<IReadOnlySet<string>> MigrationsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        const string Table = $"{ConversationDbContextOptions.MigrationsSchema}.\"{ConversationDbContextOptions.MigrationsTable}\"";
        var there = await ReadAsync(connection, $"SELECT to_regclass('{Table}') IS NOT NULL", null, r => r.GetBoolean(0), cancellationToken);
        return there[0]
            ? (await ReadAsync(connection, $"SELECT \"MigrationId\" FROM {Table}", null, r => r.GetString(0), cancellationToken)).ToHashSet(StringComparer.Ordinal)
            : new HashSet<string>();
    }

    private static async Task<List<T>> ReadAsync<T>(NpgsqlConnection connection, string sql, string[]? schemas, Func<NpgsqlDataReader, T> map, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        if (schemas is not null)
            command.Parameters.Add(new() { Value = schemas });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(map(reader));
        return rows;
    }
}
