using MaintenanceWorker.Monitoring.Collecting;
using MaintenanceWorker.Monitoring.Servers;
using MaintenanceWorker.Monitoring.Sql;
using Npgsql;

namespace MaintenanceWorker.HealthReport;

/// <summary>Asks one server what the report is made from. What one question cannot have leaves the others be.</summary>
internal sealed class ServerQuestioner(DatabaseServer server, double slowQueryMilliseconds, ReportExtent extent)
{
    // A standby that is just replaying what arrived is not behind.
    private static readonly TimeSpan _secondLook = TimeSpan.FromMilliseconds(500);
    private readonly List<string> _notes = [];

    public async Task<ServerAnswer> AskAsync(CancellationToken cancellationToken)
    {
        var answer = new ServerAnswer(server.ToString());
        try
        {
            return await AskAsync(answer, retry: true, cancellationToken);
        }
        catch (Exception exception) when (ServerFault.Is(exception))
        {
            return answer with { Fault = ServerFault.Of(exception) };
        }
    }

    private async Task<ServerAnswer> AskAsync(ServerAnswer answer, bool retry, CancellationToken cancellationToken)
    {
        await using var connection = await server.Connections.OpenConnectionAsync(cancellationToken);
        bool standby;
        try
        {
            standby = await OneAsync(connection, "SELECT pg_is_in_recovery()", row => row.GetBoolean(0), cancellationToken);
        }
        catch (Exception exception) when (retry && ServerFault.Of(exception).IsEndOfSession)
        {
            server.Connections.Clear();
            return await AskAsync(answer, retry: false, cancellationToken);
        }

        return answer with
        {
            Primary = standby ? null : await AskPrimaryAsync(connection, cancellationToken),
            Standby = standby ? await AskStandbyAsync(connection, cancellationToken) : null,
            Indexes = await TryAsync("unused_indexes", connection, () => IndexUse.ReadAsync(connection, !standby, cancellationToken)!),
            Notes = _notes,
        };
    }

    private async Task<PrimaryFacts> AskPrimaryAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => new()
    {
        Sessions = await TryAsync("active_connections", connection, () => OneAsync(connection, ReportSql.Sessions, row => new SessionFacts(
            row.GetInt64(0), row.GetInt64(1), row.GetDouble(2), row.GetInt64(3), row.GetInt64(4), row.GetBoolean(5), row.GetInt64(6)), cancellationToken)),
        TableSizes = extent == ReportExtent.Judged ? null : await TryAsync("table_sizes", connection, async () => (await ListAsync(connection, ReportSql.TableSizes, row => (Name: row.GetString(0), Size: row.GetString(1)), cancellationToken))
            .ToDictionary(table => table.Name, table => table.Size)),
        SlowQueries = await TryAsync("slow_queries", connection, async () => (long?)await OneAsync(connection, ReportSql.SlowQueries, row => row.GetInt64(0), cancellationToken, slowQueryMilliseconds)),
        Conversations = extent == ReportExtent.Judged ? null : await TryAsync("conversation_stats", connection, () => OneAsync(connection, ReportSql.Conversations, row => new ConversationStats(
            row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)), cancellationToken)),
        StorageBytes = await TryAsync("storage_bytes", connection, () => StorageAsync(connection, cancellationToken)),
        Slots = await TryAsync("replication slots", connection, () => ListAsync(connection, ReportSql.Slots, row => new SlotFacts(
            row.GetString(0), row.GetBoolean(1), row.GetBoolean(2), row.GetInt64(3)), cancellationToken)),
        History = await TryAsync("partitions of row history", connection, () => OneAsync(connection, ReportSql.History, row => new HistoryFacts(row.GetBoolean(0), row.GetBoolean(1)), cancellationToken)),
    };

    private async Task<long?> StorageAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var databases = await server.Sizes.LastAsync(TableQueries.DatabaseSizes, connection, cancellationToken);
        var wal = await server.Sizes.LastAsync(BackgroundQueries.WalFiles, connection, cancellationToken);
        return (long)(databases.Sum(row => row.Values[0] ?? 0) + wal.Sum(row => row.Values[0] ?? 0));
    }

    private static async Task<StandbyFacts> AskStandbyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        static StandbyFacts Read(NpgsqlDataReader row) => new(row.GetBoolean(0), row.GetBoolean(1), row.GetDouble(2), row.GetInt64(3));
        var facts = await OneAsync(connection, ReportSql.Standby, Read, cancellationToken);
        if (facts.CaughtUp)
            return facts;
        await Task.Delay(_secondLook, cancellationToken);
        return await OneAsync(connection, ReportSql.Standby, Read, cancellationToken);
    }

    private async Task<T?> TryAsync<T>(string what, NpgsqlConnection connection, Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception exception) when (ServerFault.Is(exception) && connection.State == System.Data.ConnectionState.Open)
        {
            _notes.Add($"{what} of {server} cannot be read: {ServerFault.Of(exception).Reason}");
            return default;
        }
    }

    private static async Task<T> OneAsync<T>(NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params object[] values) =>
        (await ListAsync(connection, sql, read, cancellationToken, values))[0];

    private static async Task<List<T>> ListAsync<T>(NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<T> rows = [];
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(read(reader));
        return rows;
    }
}
