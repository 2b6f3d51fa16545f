using System.Text.Json.Nodes;
using ConversationData.Connections;
using ConversationData.Operations.Runs;
using Npgsql;
using NpgsqlTypes;
using OperationsCatalogue;

namespace MaintenanceWorker.Operations.Runs;

/// <summary>Writes down what this worker's runs say and how they end.</summary>
internal sealed class RunRecord(ConversationDataSource data, WorkerName worker)
{
    /// <summary>Says that the run is still being worked on.</summary>
    /// <returns>Whether somebody asked to end it; null when the record does not have it as this worker's any more.</returns>
    public async Task<bool?> HeartbeatAsync(Guid run, RunProgress progress, CancellationToken cancellationToken) => (bool?)await data.WriteAsync("""
        UPDATE ops.runs SET heartbeat_at = now(), progress = $3, progress_text = $4 WHERE id = $1 AND worker = $2 AND state = 'running' RETURNING cancel_requested_at IS NOT NULL
        """,
    [
        new() { Value = run }, new() { Value = worker.Value }, new() { Value = progress.Fraction ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Double },
        new() { Value = progress.Text ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
    ], (command, token) => command.ExecuteScalarAsync(token), cancellationToken);

    /// <summary>Adds lines to the run's log; those that are there already, since it was not known whether they arrived, stay as they are.</summary>
    public async Task AppendAsync(Guid run, IReadOnlyList<JournalLine> lines, CancellationToken cancellationToken)
    {
        if (lines.Count == 0)
            return;
        await data.WriteAsync("""
            INSERT INTO ops.run_log (run_id, line, logged_at, level, message)
            SELECT $1, l.number, l.at, l.level, l.message FROM unnest($2, $3, $4, $5) AS l (number, at, level, message) ON CONFLICT (run_id, line) DO NOTHING
            """,
        [
            new() { Value = run },
            new() { Value = lines.Select(line => line.Number).ToArray() },
            new() { Value = lines.Select(line => line.At.ToUniversalTime()).ToArray() },
            new() { Value = lines.Select(line => line.Level switch { >= LogLevel.Error => "error", LogLevel.Warning => "warning", _ => "information" }).ToArray() },
            new() { Value = lines.Select(line => line.Message.Replace('\0', ' ')).ToArray() },
        ], cancellationToken);
    }

    /// <summary>
    /// Records the end, and the run itself where its beginning could not be recorded. What was taken for interrupted,
    /// because its worker could not be heard, turns out to have ended.
    /// </summary>
    public async Task EndAsync(EndedRun ended, CancellationToken cancellationToken)
    {
        var (run, startedAt, outcome, journal, traceId) = ended;
        var progress = journal.Progress;
        await data.WriteAsync("""
            INSERT INTO ops.runs (id, operation, arguments, dry_run, lane, state, requested_by, requested_through, requested_at, idempotency_key, worker, started_at, heartbeat_at, finished_at,
                progress, progress_text, summary, needs_attention, result, error, trace_id)
            VALUES ($1, $2, $3, $4, $5, $6::ops.run_state, $7, $8, $9, $10, $11, $9, now(), now(), $12, $13, $14, $15, $16, $17, $18)
            ON CONFLICT (id) DO UPDATE SET state = excluded.state, heartbeat_at = excluded.heartbeat_at, finished_at = excluded.finished_at, progress = excluded.progress,
                progress_text = excluded.progress_text, summary = excluded.summary, needs_attention = excluded.needs_attention, result = excluded.result, error = excluded.error, trace_id = excluded.trace_id
            WHERE runs.worker = excluded.worker AND runs.state IN ('running', 'interrupted')
            """,
        [
            new() { Value = run.Id },
            new() { Value = run.Operation.Name },
            new() { Value = RecordJson.ArgumentsOf(run), NpgsqlDbType = NpgsqlDbType.Json },
            new() { Value = run.DryRun },
            Text(run.Lane),
            new() { Value = RunStates.NameOf(outcome.State) },
            new() { Value = run.RequestedBy },
            new() { Value = run.RequestedThrough },
            new() { Value = startedAt.ToUniversalTime() },
            // Its beginning was recorded with its key; where it was not, another run may have the key by now.
            Text(null),
            new() { Value = worker.Value },
            new() { Value = outcome.State == RunState.Succeeded ? 1.0 : progress.Fraction ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Double },
            Text(progress.Text),
            Text(outcome.Result?.Summary),
            new() { Value = outcome.Result?.NeedsAttention ?? false },
            new() { Value = Masked(run.Operation, outcome.Result) ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Json },
            Text(outcome.Error),
            Text(traceId),
        ], cancellationToken);
    }

    /// <summary>Ends a run of this worker that cannot be begun.</summary>
    public Task FailAsync(Guid run, string error, CancellationToken cancellationToken) => data.WriteAsync(
        "UPDATE ops.runs SET state = 'failed', finished_at = now(), error = $3 WHERE id = $1 AND worker = $2 AND state = 'running'",
        [new() { Value = run }, new() { Value = worker.Value }, new() { Value = error }], cancellationToken);

    private static string? Masked(Operation operation, OperationResult? result)
    {
        if (result is null)
            return null;
        if (operation.SecretResults.Count == 0)
            return result.Value.GetRawText().Replace("\\u0000", " ", StringComparison.Ordinal);
        var shown = JsonNode.Parse(result.Value.GetRawText())!.AsObject();
        foreach (var secret in operation.SecretResults.Where(shown.ContainsKey))
            shown[secret] = ArgumentValues.Mask;
        return shown.ToJsonString();
    }

    private static NpgsqlParameter Text(string? value) => new() { Value = value?.Replace('\0', ' ') ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };
}
