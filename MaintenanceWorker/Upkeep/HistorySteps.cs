using System.Globalization;
using MaintenanceWorker.Operations;
using Npgsql;

namespace MaintenanceWorker.Upkeep;

/// <summary>What is done to row history, each step a transaction of its own. Somebody who holds a lock is waited for a few times, and never for long: writes queue behind it.</summary>
internal sealed class HistorySteps(UpkeepConnections connections, TimeSpan lockTimeout, OperationCall call, TimeProvider time)
{
    public const string Pruned = "pruned";
    public const string Locked = "locked";
    private const int Attempts = 5;
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    /// <summary>What was done so far, one entry for a partition and what became of it.</summary>
    public List<HistoryPart> Parts { get; } = [];

    /// <summary>Makes the partitions of this month and those ahead, and of what lies in the default one.</summary>
    public async Task MakeAsync(int monthsAhead, CancellationToken cancellationToken)
    {
        var before = await PartitionsAsync(cancellationToken);
        await StepAsync(HistorySql.Ensure, [monthsAhead], _ => (HistoryPart?)null, "made", cancellationToken);
        foreach (var made in (await PartitionsAsync(cancellationToken)).Except(before))
        {
            call.Log($"{made}: made");
            Parts.Add(new(made, "made", 0));
        }
    }

    /// <summary>Drops the oldest month that is wholly older.</summary>
    /// <returns>Null when there is none.</returns>
    public Task<HistoryPart?> DropAsync(TimeSpan keep, CancellationToken cancellationToken) =>
        StepAsync(HistorySql.Drop, [keep], row => Add(row.GetString(0), "dropped", row.GetInt64(1)), "dropped", cancellationToken);

    /// <summary>Removes older rows of one partition.</summary>
    /// <returns>How many of that partition were removed so far; null when there are no more.</returns>
    public Task<HistoryPart?> PruneAsync(TimeSpan keep, int atMost, CancellationToken cancellationToken) =>
        StepAsync(HistorySql.Prune, [keep, atMost], row => Add(row.GetString(0), Pruned, row.GetInt64(1)), Pruned, cancellationToken);

    private async Task<HistoryPart?> StepAsync(string step, object[] values, Func<NpgsqlDataReader, HistoryPart?> read, string outcome, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await AttemptAsync(step, values, read, cancellationToken);
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
            {
                if (attempt == Attempts)
                {
                    call.Warn($"row history is in use: what could not be {outcome} now will be the next time");
                    Parts.Add(new("row_versions", Locked, 0));
                    return null;
                }
            }

            await Task.Delay(_pause, time, cancellationToken);
        }
    }

    private async Task<HistoryPart?> AttemptAsync(string step, object[] values, Func<NpgsqlDataReader, HistoryPart?> read, CancellationToken cancellationToken)
    {
        await using var write = await connections.BeginAsLoginAsync(cancellationToken);
        await using (var wait = new NpgsqlCommand("SELECT set_config('lock_timeout', $1, true)", write.Connection, write.Transaction))
        {
            wait.Parameters.Add(new() { Value = string.Create(CultureInfo.InvariantCulture, $"{(long)lockTimeout.TotalMilliseconds}ms") });
            await wait.ExecuteNonQueryAsync(cancellationToken);
        }

        HistoryPart? part;
        await using (var command = new NpgsqlCommand(step, write.Connection, write.Transaction) { CommandTimeout = 0 })
        {
            foreach (var value in values)
                command.Parameters.Add(new() { Value = value });
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            part = await row.ReadAsync(cancellationToken) ? read(row) : null;
        }

        await write.CommitAsync();
        return part;
    }

    private HistoryPart Add(string partition, string outcome, long rows)
    {
        var known = Parts.FindIndex(part => part.Partition == partition && part.Outcome == outcome);
        if (known < 0)
        {
            Parts.Add(new(partition, outcome, rows));
            return Parts[^1];
        }

        return Parts[known] = Parts[known] with { Rows = Parts[known].Rows + rows };
    }

    private async Task<List<string>> PartitionsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsLoginAsync(cancellationToken);
        await using var command = new NpgsqlCommand(HistorySql.Partitions, connection);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var names = new List<string>();
        while (await row.ReadAsync(cancellationToken))
            names.Add(row.GetString(0));
        return names;
    }
}
