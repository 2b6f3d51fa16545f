using System.Diagnostics;
using MaintenanceWorker.Operations;
using Npgsql;

namespace MaintenanceWorker.Upkeep;

/// <summary>What became of one index.</summary>
internal sealed record BuiltIndex(string Index, int Model, string Outcome, double Seconds);

internal sealed class BuildVectorIndex(UpkeepConnections connections) : IOperationHandler
{
    private static readonly TimeSpan _watch = TimeSpan.FromSeconds(1);

    public async Task<OperationResult> RunAsync(OperationCall call, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        var least = call.Arguments.Number("minimum-vectors")!.Value;
        var (models, indexes) = (await ModelsAsync(connection, least, cancellationToken), await IndexesAsync(connection, cancellationToken));
        // By a session that goes on though its run was cut off, or by a person.
        foreach (var building in indexes.Where(index => index.Building))
            call.Log($"{building.Name}: is being built by another session");
        var useless = indexes.Where(index => !index.Building && (!index.Valid || models.All(model => model.Id != index.Model))).ToList();
        var kept = indexes.Except(useless).ToList();
        var wanted = models.Where(model => model.Vectors >= Math.Max(1, least) && kept.All(index => index.Model != model.Id)).ToList();
        if (call.DryRun)
        {
            return Result([.. useless.Select(index => new BuiltIndex(index.Name, index.Model, "would be dropped", 0)),
                .. wanted.Select(model => new BuiltIndex(VectorIndexSql.NameOf(model.Id), model.Id, "would be built", 0))]);
        }

        var done = new List<BuiltIndex>();
        foreach (var index in useless)
        {
            var quoted = new NpgsqlCommandBuilder().QuoteIdentifier(index.Name);
            done.Add(await DoAsync(call, connection, VectorIndexSql.Drop(quoted), new(index.Name, index.Model, "dropped", 0), cancellationToken));
        }

        await using (var memory = new NpgsqlCommand("SELECT set_config('maintenance_work_mem', $1, false)", connection))
        {
            memory.Parameters.Add(new() { Value = $"{call.Arguments.Text("memory")}MB" });
            await memory.ExecuteNonQueryAsync(cancellationToken);
        }

        foreach (var model in wanted)
        {
            done.Add(await DoAsync(call, connection, VectorIndexSql.Create(model.Id, model.Dimensions), new(VectorIndexSql.NameOf(model.Id), model.Id, "built", 0), cancellationToken));
            kept.Add(new(VectorIndexSql.NameOf(model.Id), true, model.Id));
        }

        await RenameAsync(connection, models, kept.FindAll(index => !index.Building), call, cancellationToken);
        return Result(done);
    }

    /// <summary>Runs a statement that takes long, and says how far it is.</summary>
    private async Task<BuiltIndex> DoAsync(OperationCall call, NpgsqlConnection connection, string sql, BuiltIndex index, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var following = FollowAsync(call, connection.ProcessID, index.Index, end.Token);
        try
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        finally
        {
            await end.CancelAsync();
            await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        var finished = index with { Seconds = Math.Round(watch.Elapsed.TotalSeconds, 3) };
        call.Log(FormattableString.Invariant($"{finished.Index}: {finished.Outcome} in {finished.Seconds} s"));
        return finished;
    }

    private async Task FollowAsync(OperationCall call, int session, string index, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        while (true)
        {
            await Task.Delay(_watch, cancellationToken);
            await using var command = new NpgsqlCommand(VectorIndexSql.Progress, connection) { Parameters = { new() { Value = session } } };
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            if (await row.ReadAsync(cancellationToken))
                call.Progress(row.GetInt64(1) + row.GetInt64(3), row.GetInt64(2) + row.GetInt64(4), $"{index}: {row.GetString(0)}");
        }
    }

    /// <summary>The index of the model in use has the name that everybody knows; the one that had it before gets its model's.</summary>
    private static async Task RenameAsync(NpgsqlConnection connection, List<VectorModel> models, List<VectorIndex> indexes, OperationCall call, CancellationToken cancellationToken)
    {
        var current = indexes.FirstOrDefault(index => models.Any(model => model.IsCurrent && model.Id == index.Model));
        if (current is null || current.Name == VectorIndexSql.CurrentName)
            return;
        var before = indexes.FirstOrDefault(index => index.Name == VectorIndexSql.CurrentName);
        foreach (var (from, to) in new[] { (before?.Name, VectorIndexSql.NameOf(before?.Model ?? 0)), (current.Name, VectorIndexSql.CurrentName) })
        {
            if (from is null)
                continue;
            await using var rename = new NpgsqlCommand(VectorIndexSql.Rename(new NpgsqlCommandBuilder().QuoteIdentifier(from), to), connection);
            await rename.ExecuteNonQueryAsync(cancellationToken);
            call.Log($"{from} is {to} now");
        }
    }

    private static async Task<List<VectorModel>> ModelsAsync(NpgsqlConnection connection, long least, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(VectorIndexSql.Models, connection) { Parameters = { new() { Value = Math.Max(1, least) } } };
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var models = new List<VectorModel>();
        while (await row.ReadAsync(cancellationToken))
            models.Add(new(row.GetInt32(0), row.GetInt32(1), row.GetBoolean(2), row.GetInt64(3)));
        return models;
    }

    private static async Task<List<VectorIndex>> IndexesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(VectorIndexSql.Indexes, connection);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var indexes = new List<VectorIndex>();
        while (await row.ReadAsync(cancellationToken))
            indexes.Add(new(row.GetString(0), row.GetBoolean(1), row.GetInt32(2), row.GetBoolean(3)));
        return indexes;
    }

    private static OperationResult Result(List<BuiltIndex> indexes) => OperationResult.Of(indexes, UpkeepJson.Default.IReadOnlyListBuiltIndex,
        indexes.Count == 0 ? "nothing to build" : string.Join(", ", indexes.GroupBy(index => index.Outcome).Select(group => $"{group.Count()} {group.Key}")));

    private sealed record VectorModel(int Id, int Dimensions, bool IsCurrent, long Vectors);

    private sealed record VectorIndex(string Name, bool Valid, int Model, bool Building = false);
}
