using System.Text;
using ConversationData.Connections;
using ConversationData.Queries;
using MaintenanceWorker.Operations;
using Npgsql;

namespace MaintenanceWorker.Queries;

/// <summary>Asks the server how it does a hot query. Nothing is ever changed by it: each look is a transaction that may only read and is rolled back.</summary>
internal sealed class QueryExplainer(ConversationDataSource data)
{
    private const string Timeout = "30s";
    private const long SmallTable = 10_000;

    public async Task<QueryView> ExplainAsync(HotQuery query, bool analyze, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await data.Primary.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await ExecuteAsync(connection, $"SET TRANSACTION READ ONLY; SET LOCAL statement_timeout = '{Timeout}'", cancellationToken);
            if (query.NeedsModel)
            {
                if (await ModelAsync(connection, cancellationToken) is not var (model, dimensions))
                    return View(query, "no data yet", needsAttention: false);
                query = query.Of(model, dimensions);
            }

            if (query.Settings is { } settings)
                await ExecuteAsync(connection, settings, cancellationToken);
            return await ExplainAsync(connection, query, analyze, cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled && !cancellationToken.IsCancellationRequested)
        {
            return View(query, $"takes longer than {Timeout}", needsAttention: true);
        }
    }

    private static async Task<QueryView> ExplainAsync(NpgsqlConnection connection, HotQuery query, bool analyze, CancellationToken cancellationToken)
    {
        var isThere = await ScalarAsync(connection, "SELECT EXISTS (SELECT 1 FROM pg_index WHERE indexrelid = to_regclass($1) AND indisvalid)", [query.Index], cancellationToken) is true;
        if (await SampleAsync(connection, query, cancellationToken) is not { } values)
            return View(query, isThere || query.BuiltOn is not null ? "no data yet" : "index missing", !isThere && query.BuiltOn is null);

        var plan = QueryPlan.Read((string)(await ScalarAsync(connection, $"EXPLAIN (FORMAT JSON, VERBOSE) {query.Sql}", values, cancellationToken))!);
        var whole = new List<string>();
        foreach (var table in plan.WholeTables.Order(StringComparer.Ordinal))
        {
            if (await RowsAsync(connection, table, cancellationToken) is var rows and > SmallTable)
                whole.Add($"{table} ({Counted.Of(rows, "row")})");
        }

        var indexed = query.BuiltOn ?? await ScalarAsync(connection, "SELECT n.nspname || '.' || c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE i.indexrelid = to_regclass($1)", [query.Index], cancellationToken) as string;
        var name = query.Index[(query.Index.IndexOf('.', StringComparison.Ordinal) + 1)..];
        var isUsed = plan.Indexes.Any(index => index == name || (query.BuiltOn is not null && index.StartsWith($"{name}_", StringComparison.Ordinal)));
        var isLarge = indexed is not null && await RowsAsync(connection, indexed, cancellationToken) > SmallTable;
        var run = analyze && !query.Writes;
        // One that an operation builds is missed only where there is much to look at.
        var isMissing = !isThere && !isUsed && (query.BuiltOn is null || isLarge);
        var state = isMissing ? "index missing" : isUsed ? "index used" : isLarge ? "index not used" : "table is small";
        return View(query, state, isMissing || whole.Count > 0 || (isLarge && !isUsed)) with
        {
            WholeTables = whole, Plan = await TextAsync(connection, $"EXPLAIN ({(run ? "ANALYZE, BUFFERS" : "COSTS")}) {query.Sql}", values, cancellationToken),
            Note = analyze && query.Writes ? "It writes, so it was not run." : null,
        };
    }

    private static QueryView View(HotQuery query, string state, bool needsAttention) => new(query.Name, query.Description, query.Index, state, needsAttention, [], null, null, query.Sql);

    private static async Task<(int Id, int Dimensions)?> ModelAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(HotQuery.CurrentModel, connection);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? (row.GetInt32(0), row.GetInt32(1)) : null;
    }

    /// <summary>Values that occur in the database; null where there are none yet.</summary>
    private static async Task<object[]?> SampleAsync(NpgsqlConnection connection, HotQuery query, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(query.Sample, connection);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken))
            return null;
        var values = new object[row.FieldCount];
        row.GetValues(values);
        return values.Any(value => value is DBNull) ? null : values;
    }

    private static async Task<long> RowsAsync(NpgsqlConnection connection, string table, CancellationToken cancellationToken) =>
        // Before the first ANALYZE reltuples is -1.
        (long)(await ScalarAsync(connection, "SELECT greatest(c.reltuples::bigint, pg_stat_get_live_tuples(c.oid), 0) FROM pg_class c WHERE c.oid = to_regclass($1)", [table], cancellationToken) ?? 0L);

    private static async Task<string> TextAsync(NpgsqlConnection connection, string sql, object[] values, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, sql, values);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var text = new StringBuilder();
        while (await row.ReadAsync(cancellationToken))
            text.Append(row.GetString(0)).Append('\n');
        return text.ToString().TrimEnd('\n');
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, object[] values, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return command;
    }
}
