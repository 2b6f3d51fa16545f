using System.Text.Json;
using ConversationData.Connections;
using ConversationData.Operations.Runs;
using Npgsql;
using NpgsqlTypes;

namespace MaintenanceWorker.Operations.Runs;

/// <summary>Puts runs into the record and takes them out to be done: each by one worker, whatever the number of workers.</summary>
internal sealed class RunQueue(ConversationDataSource data, WorkerName worker)
{
    /// <summary>How the oldest queued run whose lane is free is taken; $1 is the worker.</summary>
    public const string ClaimSql = $"""
        UPDATE ops.runs SET state = 'running', worker = $1, started_at = now(), heartbeat_at = now()
        WHERE id = (
            SELECT q.id FROM ops.runs q
            WHERE q.state = 'queued' AND coalesce(q.begin_before > now(), true) AND NOT EXISTS (SELECT 1 FROM ops.runs r WHERE r.state = 'running' AND r.lane = q.lane)
            ORDER BY q.id LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING {RunRows.Columns}
        """;

    /// <summary>Records a run as queued, or as taken by this worker.</summary>
    /// <param name="run">What is asked.</param>
    /// <param name="begin">Whether this worker does it at once.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The run in the record, and whether it is the one that was asked for now: else it was asked for before.</returns>
    public async Task<(OperationRun Run, bool IsNew)> AddAsync(NewRun run, bool begin, CancellationToken cancellationToken)
    {
        await using var command = data.Primary.CreateCommand($"""
            INSERT INTO ops.runs (id, operation, arguments, dry_run, lane, state, requested_by, requested_through, idempotency_key, job, scheduled_for, worker, started_at, heartbeat_at, begin_before)
            VALUES ($1, $2, $3, $4, $5, $6::ops.run_state, $7, $8, $9, $10, $11, $12, CASE WHEN $12 IS NOT NULL THEN now() END, CASE WHEN $12 IS NOT NULL THEN now() END, $13)
            ON CONFLICT DO NOTHING RETURNING {RunRows.Columns}
            """);
        command.Parameters.Add(new() { Value = run.Id });
        command.Parameters.Add(new() { Value = run.Operation.Name });
        command.Parameters.Add(new() { Value = JsonSerializer.Serialize(run.Arguments.ForRecord, RecordJson.Default.IReadOnlyDictionaryStringString), NpgsqlDbType = NpgsqlDbType.Json });
        command.Parameters.Add(new() { Value = run.DryRun });
        command.Parameters.Add(Nullable(run.Lane));
        command.Parameters.Add(new() { Value = RunStates.NameOf(begin ? RunState.Running : RunState.Queued) });
        command.Parameters.Add(new() { Value = run.RequestedBy });
        command.Parameters.Add(new() { Value = run.RequestedThrough });
        command.Parameters.Add(Nullable(run.IdempotencyKey));
        command.Parameters.Add(Nullable(run.Schedule?.Job));
        command.Parameters.Add(Nullable(run.Schedule?.ScheduledFor));
        command.Parameters.Add(Nullable(begin ? worker.Value : null));
        command.Parameters.Add(Nullable(run.BeginBefore));
        var added = await RunRows.ReadAsync(command, cancellationToken);
        return added.Count > 0 ? (added[0], true) : (await FindSameAsync(run, cancellationToken), false);
    }

    /// <summary>Takes the oldest queued run whose lane is free.</summary>
    /// <returns>Null when there is none.</returns>
    public async Task<OperationRun?> ClaimAsync(CancellationToken cancellationToken)
    {
        await using var command = data.Primary.CreateCommand(ClaimSql);
        command.Parameters.Add(new() { Value = worker.Value });
        try
        {
            return (await RunRows.ReadAsync(command, cancellationToken)).SingleOrDefault();
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            // Another worker took a run of the same lane at the same moment.
            return null;
        }
    }

    /// <summary>Puts back what this worker claimed without hearing of it: the claim was committed, and its answer lost.</summary>
    /// <param name="known">The runs of whose claim it did hear.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task ReturnLostClaimsAsync(IReadOnlyCollection<Guid> known, CancellationToken cancellationToken)
    {
        // What was begun by the request itself was never queued: its times are one.
        await using var command = data.Primary.CreateCommand("""
            UPDATE ops.runs SET state = 'queued', worker = NULL, started_at = NULL, heartbeat_at = NULL
            WHERE state = 'running' AND worker = $1 AND started_at > requested_at AND id <> ALL ($2)
            """);
        command.Parameters.Add(new() { Value = worker.Value });
        command.Parameters.Add(new() { Value = known.ToArray() });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Ends queued runs that may not be begun any more.</summary>
    /// <returns>The runs that were ended now.</returns>
    public async Task<IReadOnlyList<OperationRun>> EndBelatedAsync(CancellationToken cancellationToken)
    {
        await using var command = data.Primary.CreateCommand($"""
            UPDATE ops.runs SET state = 'cancelled', finished_at = now(), error = 'No worker was free to begin it before ' || begin_before || ', when its window closed.'
            WHERE state = 'queued' AND begin_before <= now() RETURNING {RunRows.Columns}
            """);
        return await RunRows.ReadAsync(command, cancellationToken);
    }

    /// <summary>Marks the runs whose worker is silent.</summary>
    /// <param name="lease">For how long.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The runs that were marked now.</returns>
    public async Task<IReadOnlyList<OperationRun>> InterruptSilentAsync(TimeSpan lease, CancellationToken cancellationToken)
    {
        await using var command = data.Primary.CreateCommand($"""
            UPDATE ops.runs SET state = 'interrupted', finished_at = now(), error = 'Its worker has not been heard of since ' || heartbeat_at || '. How much was done is not known.'
            WHERE state = 'running' AND heartbeat_at < now() - $1 RETURNING {RunRows.Columns}
            """);
        command.Parameters.Add(new() { Value = lease });
        return await RunRows.ReadAsync(command, cancellationToken);
    }

    /// <summary>Removes finished runs that are old.</summary>
    public async Task<int> PruneAsync(TimeSpan keep, CancellationToken cancellationToken)
    {
        await using var command = data.Primary.CreateCommand(
            "DELETE FROM ops.runs WHERE id IN (SELECT id FROM ops.runs WHERE finished_at < now() - $1 ORDER BY id LIMIT 1000)");
        command.Parameters.Add(new() { Value = keep });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<OperationRun> FindSameAsync(NewRun run, CancellationToken cancellationToken)
    {
        await using var command = data.Primary.CreateCommand($"SELECT {RunRows.Columns} FROM ops.runs WHERE id = $1 OR idempotency_key = $2 OR (job = $3 AND scheduled_for = $4) LIMIT 1");
        command.Parameters.Add(new() { Value = run.Id });
        command.Parameters.Add(Nullable(run.IdempotencyKey));
        command.Parameters.Add(Nullable(run.Schedule?.Job));
        command.Parameters.Add(Nullable(run.Schedule?.ScheduledFor));
        return (await RunRows.ReadAsync(command, cancellationToken)).Single();
    }

    private static NpgsqlParameter Nullable(DateTimeOffset? value) => new() { Value = value?.ToUniversalTime() ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private static NpgsqlParameter Nullable(string? value) => new() { Value = value ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };
}
