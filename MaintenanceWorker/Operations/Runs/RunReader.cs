using ConversationData.Connections;
using ConversationData.Operations.Runs;
using NpgsqlTypes;

namespace MaintenanceWorker.Operations.Runs;

/// <summary>Looks runs up.</summary>
internal sealed class RunReader(ConversationDataSource data)
{
    /// <summary>The newest first.</summary>
    /// <param name="operation">Only of this one; null for all.</param>
    /// <param name="state">Only in this state; null for all.</param>
    /// <param name="before">Only older than this one; null to begin with the newest.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<OperationRun>> ListAsync(string? operation, RunState? state, Guid? before, int limit, CancellationToken cancellationToken)
    {
        var conditions = new List<string>();
        await using var command = data.Primary.CreateCommand();
        string Parameter(object value)
        {
            command.Parameters.Add(new() { Value = value });
            return $"${command.Parameters.Count}";
        }

        if (operation is not null)
            conditions.Add($"operation = {Parameter(operation)}");
        if (state is not null)
            conditions.Add($"state = {Parameter(RunStates.NameOf(state.Value))}::ops.run_state");
        if (before is not null)
            conditions.Add($"id < {Parameter(before)}");
        var where = conditions.Count == 0 ? "" : $"WHERE {string.Join(" AND ", conditions)}";
        command.CommandText = $"SELECT {RunRows.Columns} FROM ops.runs {where} ORDER BY id DESC LIMIT {Parameter(limit)}";
        return await RunRows.ReadAsync(command, cancellationToken);
    }

    /// <summary>Null when there is none of that id.</summary>
    public async Task<OperationRun?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = data.Primary.CreateCommand($"SELECT {RunRows.Columns} FROM ops.runs WHERE id = $1");
        command.Parameters.Add(new() { Value = id });
        return (await RunRows.ReadAsync(command, cancellationToken)).SingleOrDefault();
    }

    /// <summary>The run of the latest moment of each job that had one.</summary>
    public async Task<IReadOnlyList<OperationRun>> LastOfJobsAsync(IEnumerable<string> jobs, CancellationToken cancellationToken)
    {
        await using var command = data.Primary.CreateCommand($"""
            SELECT r.* FROM unnest($1) AS j (name) CROSS JOIN LATERAL (SELECT {RunRows.Columns} FROM ops.runs WHERE job = j.name ORDER BY scheduled_for DESC LIMIT 1) AS r
            """);
        command.Parameters.Add(new() { Value = jobs.ToArray() });
        return await RunRows.ReadAsync(command, cancellationToken);
    }

    /// <summary>Lines of a run's log, in their order.</summary>
    public async Task<IReadOnlyList<RunLogLine>> LogAsync(Guid id, int after, int limit, CancellationToken cancellationToken)
    {
        await using var command = data.Primary.CreateCommand("SELECT line, logged_at, level, message FROM ops.run_log WHERE run_id = $1 AND line > $2 ORDER BY line LIMIT $3");
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = after, NpgsqlDbType = NpgsqlDbType.Integer });
        command.Parameters.Add(new() { Value = limit });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var lines = new List<RunLogLine>();
        while (await row.ReadAsync(cancellationToken))
            lines.Add(new() { RunId = id, Line = row.GetInt32(0), LoggedAt = row.GetFieldValue<DateTimeOffset>(1), Level = row.GetString(2), Message = row.GetString(3) });
        return lines;
    }

    /// <summary>Asks a run to end: at once while it is queued, soon while it is at work.</summary>
    /// <returns>The run as it is then; null when there is none of that id.</returns>
    /// <exception cref="CommitInDoubtException">It may be asked to; the same again finds out.</exception>
    public async Task<OperationRun?> CancelAsync(Guid id, string by, CancellationToken cancellationToken)
    {
        var cancelled = await data.WriteAsync($"""
            UPDATE ops.runs SET cancel_requested_at = coalesce(cancel_requested_at, now()), cancel_requested_by = coalesce(cancel_requested_by, $2),
                state = CASE state WHEN 'queued' THEN 'cancelled'::ops.run_state ELSE state END,
                finished_at = CASE state WHEN 'queued' THEN now() END,
                error = CASE state WHEN 'queued' THEN 'It was cancelled before it began.' END
            WHERE id = $1 AND state IN ('queued', 'running') RETURNING {RunRows.Columns}
            """, [new() { Value = id }, new() { Value = by }], RunRows.ReadAsync, cancellationToken);
        return cancelled.SingleOrDefault() ?? await FindAsync(id, cancellationToken);
    }
}
