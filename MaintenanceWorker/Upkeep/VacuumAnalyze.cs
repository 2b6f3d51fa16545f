using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;
using MaintenanceWorker.Operations;
using MaintenanceWorker.Operations.Runs;
using Npgsql;

namespace MaintenanceWorker.Upkeep;

/// <summary>What became of one table.</summary>
internal sealed record VacuumedTable(string Table, string Outcome, long DeadRows, long Bytes, double Seconds);

internal sealed class VacuumAnalyze(UpkeepConnections connections) : IOperationHandler
{
    public async Task<OperationResult> RunAsync(OperationCall call, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        var limit = call.Arguments.Duration("lock-timeout")!.Value;
        await using (var wait = new NpgsqlCommand("SELECT set_config('lock_timeout', $1, false)", connection))
        {
            wait.Parameters.Add(new() { Value = string.Create(CultureInfo.InvariantCulture, $"{(long)limit.TotalMilliseconds}ms") });
            await wait.ExecuteNonQueryAsync(cancellationToken);
        }

        var tables = await UpkeepTable.ListAsync(connection, cancellationToken);
        if (call.Arguments.Text("table") is { } only)
            tables = [tables.FirstOrDefault(table => table.Name == only) ?? throw new OperationFailedException($"There is no table '{only}'. There are {string.Join(", ", tables.Select(table => table.Name))}.")];
        if (call.DryRun)
            return Result([.. tables.Select(table => new VacuumedTable(table.Name, "would be vacuumed", table.DeadRows, table.Bytes, 0))], $"{Counted.Of(tables.Count, "table")} would be vacuumed");

        var done = new List<VacuumedTable>();
        foreach (var table in tables)
        {
            call.Progress(done.Count, tables.Count, table.Name);
            done.Add(await VacuumAsync(connection, table, limit, call, cancellationToken));
        }

        var (locked, failed) = (done.Count(table => table.Outcome == "locked"), done.Count(table => table.Outcome == "failed"));
        var summary = $"{Counted.Of(done.Count(table => table.Outcome == "vacuumed"), "table")} vacuumed{(locked > 0 ? $", {locked} left out because of locks" : "")}{(failed > 0 ? $", {failed} failed" : "")}";
        return Result(done, summary, locked + failed > 0);
    }

    private static async Task<VacuumedTable> VacuumAsync(NpgsqlConnection connection, UpkeepTable table, TimeSpan limit, OperationCall call, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            // The name comes from the catalogue, quoted by the server.
            await using var command = new NpgsqlCommand($"VACUUM (ANALYZE) {table.Quoted}", connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            var seconds = Math.Round(watch.Elapsed.TotalSeconds, 3);
            call.Log(string.Create(CultureInfo.InvariantCulture, $"{table.Name}: vacuumed in {seconds} s, {Counted.Of(table.DeadRows, "dead row")}"));
            return new(table.Name, "vacuumed", table.DeadRows, table.Bytes, seconds);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable)
        {
            call.Log($"{table.Name}: is gone by now");
            return new(table.Name, "gone", 0, 0, 0);
        }
        catch (PostgresException e) when (e.SqlState is not PostgresErrorCodes.LockNotAvailable && !RecordFault.IsAway(e))
        {
            // The tables after it are not to suffer for it.
            call.Warn($"{table.Name}: failed, PostgreSQL says: {e.MessageText} ({e.SqlState})");
            return new(table.Name, "failed", table.DeadRows, table.Bytes, Math.Round(watch.Elapsed.TotalSeconds, 3));
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.LockNotAvailable)
        {
            call.Warn($"{table.Name}: left out, somebody has held a lock on it for more than {limit}");
            return new(table.Name, "locked", table.DeadRows, table.Bytes, Math.Round(watch.Elapsed.TotalSeconds, 3));
        }
    }

    private static OperationResult Result(IReadOnlyList<VacuumedTable> tables, string summary, bool needsAttention = false) =>
        OperationResult.Of(tables, UpkeepJson.Default.IReadOnlyListVacuumedTable, summary, needsAttention);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<VacuumedTable>))]
[JsonSerializable(typeof(IReadOnlyList<BuiltIndex>))]
[JsonSerializable(typeof(IReadOnlyList<HistoryPart>))]
internal sealed partial class UpkeepJson : JsonSerializerContext;
