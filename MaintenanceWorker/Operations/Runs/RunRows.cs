using ConversationData.Operations.Runs;
using Npgsql;

namespace MaintenanceWorker.Operations.Runs;

/// <summary>Reads rows of <c>ops.runs</c>.</summary>
internal static class RunRows
{
    public const string Columns = """
        id, operation, arguments, dry_run, lane, state::text, requested_by, requested_through, requested_at, idempotency_key, job, scheduled_for, worker, started_at,
        heartbeat_at, finished_at, cancel_requested_at, cancel_requested_by, progress, progress_text, summary, needs_attention, result, error, trace_id
        """;

    public static async Task<List<OperationRun>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var runs = new List<OperationRun>();
        while (await row.ReadAsync(cancellationToken))
            runs.Add(Read(row));
        return runs;
    }

    private static OperationRun Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        Operation = row.GetString(1),
        Arguments = row.GetString(2),
        DryRun = row.GetBoolean(3),
        Lane = Text(row, 4),
        // As text: a worker that connected before the migration does not know the type.
        State = RunStates.Find(row.GetString(5)) ?? throw new InvalidOperationException($"This worker's version does not know the state '{row.GetString(5)}'."),
        RequestedBy = row.GetString(6),
        RequestedThrough = row.GetString(7),
        RequestedAt = row.GetFieldValue<DateTimeOffset>(8),
        IdempotencyKey = Text(row, 9),
        Job = Text(row, 10),
        ScheduledFor = Time(row, 11),
        Worker = Text(row, 12),
        StartedAt = Time(row, 13),
        HeartbeatAt = Time(row, 14),
        FinishedAt = Time(row, 15),
        CancelRequestedAt = Time(row, 16),
        CancelRequestedBy = Text(row, 17),
        Progress = row.IsDBNull(18) ? null : row.GetDouble(18),
        ProgressText = Text(row, 19),
        Summary = Text(row, 20),
        NeedsAttention = row.GetBoolean(21),
        Result = Text(row, 22),
        Error = Text(row, 23),
        TraceId = Text(row, 24),
    };

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static DateTimeOffset? Time(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}
