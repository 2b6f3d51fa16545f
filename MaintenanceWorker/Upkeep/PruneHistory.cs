using System.Globalization;
using MaintenanceWorker.Operations;
using Npgsql;

namespace MaintenanceWorker.Upkeep;

/// <summary>What became of one partition of row history, or of its old rows.</summary>
internal sealed record HistoryPart(string Partition, string Outcome, long Rows);

internal sealed class PruneHistory(UpkeepConnections connections, TimeProvider time) : IOperationHandler
{
    // A worker may be away for so long before rows go to the default partition.
    private const int MonthsAhead = 3;
    private const int RowsAtATime = 20_000;

    public async Task<OperationResult> RunAsync(OperationCall call, CancellationToken cancellationToken)
    {
        var keep = call.Arguments.Duration("keep")!.Value;
        if (keep < TimeSpan.FromDays(1))
            throw new OperationFailedException($"keep is {keep}: row history is kept for a day or longer.");
        if (call.DryRun)
            return Result(await LookAsync(keep, cancellationToken));
        var steps = new HistorySteps(connections, call.Arguments.Duration("lock-timeout")!.Value, call, time);
        call.Progress(0, 3, "the coming months");
        await steps.MakeAsync(MonthsAhead, cancellationToken);
        call.Progress(1, 3, "whole months");
        while (await steps.DropAsync(keep, cancellationToken) is { } dropped)
            call.Log(string.Create(CultureInfo.InvariantCulture, $"{dropped.Partition}: dropped with {dropped.Rows} rows"));
        call.Progress(2, 3, "old rows of months that stay");
        while (await steps.PruneAsync(keep, RowsAtATime, cancellationToken) is { } pruned)
            call.Progress(2, 3, string.Create(CultureInfo.InvariantCulture, $"{pruned.Partition}: {pruned.Rows} old rows removed"));
        foreach (var pruned in steps.Parts.Where(part => part.Outcome == HistorySteps.Pruned))
            call.Log(string.Create(CultureInfo.InvariantCulture, $"{pruned.Partition}: {pruned.Rows} rows older than {keep} removed"));
        return Result(steps.Parts);
    }

    private async Task<List<HistoryPart>> LookAsync(TimeSpan keep, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsLoginAsync(cancellationToken);
        var parts = new List<HistoryPart>();
        await using (var missing = new NpgsqlCommand(HistorySql.Missing, connection) { Parameters = { new() { Value = MonthsAhead } } })
        await using (var row = await missing.ExecuteReaderAsync(cancellationToken))
        {
            while (await row.ReadAsync(cancellationToken))
                parts.Add(new(row.GetString(0), "would be made", 0));
        }

        await using var old = new NpgsqlCommand(HistorySql.Old, connection) { CommandTimeout = 0, Parameters = { new() { Value = keep } } };
        await using var found = await old.ExecuteReaderAsync(cancellationToken);
        while (await found.ReadAsync(cancellationToken))
            parts.Add(new(found.GetString(0), found.GetBoolean(2) ? "would be dropped" : "would be pruned", found.GetInt64(1)));
        return parts;
    }

    private static OperationResult Result(List<HistoryPart> parts) => OperationResult.Of(parts, UpkeepJson.Default.IReadOnlyListHistoryPart,
        parts.Count == 0 ? "nothing to do" : string.Join("; ", parts.GroupBy(part => part.Outcome).Select(group => string.Create(CultureInfo.InvariantCulture,
            $"{group.Key}: {string.Join(", ", group.Select(part => part.Partition))}{(group.Sum(part => part.Rows) is var rows and > 0 ? $" ({rows} rows)" : "")}"))),
        parts.Any(part => part.Outcome == HistorySteps.Locked));
}
