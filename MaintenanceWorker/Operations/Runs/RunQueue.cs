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
    /// <exception cref="CommitInDoubtException">It may be recorded.</exception>
    public async Task<(OperationRun Run, bool IsNew)> AddAsync(NewRun run, bool begin, CancellationToken cancellationToken)
    {
        var added = await data.WriteAsync($"""
            INSERT INTO ops.runs (id, operation, arguments, dry_run, lane, state, requested_by, requested_through, idempotency_key, job, scheduled_for, worker, started_at, heartbeat_at, begin_before)
            VALUES ($1, $2, $3, $4, $5, $6::ops.run_state, $7, $8, $9, $10, $11, $12, CASE WHEN $12 IS NOT NULL THEN now() END, CASE WHEN $12 IS NOT NULL THEN now() END, $13)
            ON CONFLICT DO NOTHING RETURNING {RunRows.Columns}
            """,
        [
            new() { Value = run.Id }, new() { Value = run.Operation.Name },
            new() { Value = RecordJson.ArgumentsOf(run), NpgsqlDbType = NpgsqlDbType.Json },
            new() { Value = run.DryRun }, Nullable(run.Lane), new() { Value = RunStates.NameOf(begin ? RunState.Running : RunState.Queued) },
            new() { Value = run.RequestedBy }, new() { Value = run.RequestedThrough }, Nullable(run.IdempotencyKey), Nullable(run.Schedule?.Job), Nullable(run.Schedule?.ScheduledFor),
            Nullable(begin ? worker.Value : null), Nullable(run.BeginBefore),
        ], RunRows.ReadAsync, cancellationToken);
        return added.Count > 0 ? (added[0], true) : (await FindSameAsync(run, cancellationToken), false);
    }

    /// <summary>Takes the oldest queued run whose lane is free.</summary>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="CommitInDoubtException">One may be taken: see <see cref="ReturnLostClaimsAsync"/>.</exception>
    public async Task<OperationRun?> ClaimAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await data.WriteAsync(ClaimSql, [new() { Value = worker.Value }], RunRows.ReadAsync, cancellationToken)).SingleOrDefault();
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
    public Task ReturnLostClaimsAsync(IReadOnlyCollection<Guid> known, CancellationToken cancellationToken) =>
        // What was begun by the request itself was never queued: its times are one.
        data.WriteAsync("""
            UPDATE ops.runs SET state = 'queued', worker = NULL, started_at = NULL, heartbeat_at = NULL
            WHERE state = 'running' AND worker = $1 AND started_at > requested_at AND id <> ALL ($2)
            """, [new() { Value = worker.Value }, new() { Value = known.ToArray() }], cancellationToken);

    /// <summary>Ends queued runs that may not be begun any more.</summary>
    /// <returns>The runs that were ended now.</returns>
    public async Task<IReadOnlyList<OperationRun>> EndBelatedAsync(CancellationToken cancellationToken) => await data.WriteAsync($"""
        UPDATE ops.runs SET state = 'cancelled', finished_at = now(), error = 'No worker was free to begin it before ' || begin_before || ', when its window closed.'
        WHERE state = 'queued' AND begin_before <= now() RETURNING {RunRows.Columns}
        """, [], RunRows.ReadAsync, cancellationToken);

    /// <summary>The runs at work, and when each was spoken for.</summary>
    public async Task<IReadOnlyDictionary<Guid, DateTime>> HeardOfAsync(CancellationToken cancellationToken)
    {
        await using var command = data.Primary.CreateCommand("SELECT id, heartbeat_at FROM ops.runs WHERE state = 'running' LIMIT 1000");
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var heard = new Dictionary<Guid, DateTime>();
        while (await row.ReadAsync(cancellationToken))
            heard.Add(row.GetGuid(0), row.GetDateTime(1));
        return heard;
    }

    /// <summary>Marks runs whose worker is silent.</summary>
    /// <param name="silent">The runs, and when each was last spoken for. One that was spoken for since, also in a commit that still waits for its standby, is left alone.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The runs that were marked now.</returns>
    public async Task<IReadOnlyList<OperationRun>> InterruptAsync(IReadOnlyDictionary<Guid, DateTime> silent, CancellationToken cancellationToken) => await data.WriteAsync($"""
        UPDATE ops.runs SET state = 'interrupted', finished_at = now(), error = 'Its worker has not been heard of since ' || heartbeat_at || '. How much was done is not known.'
        FROM unnest($1, $2) AS silent (run, heard) WHERE id = run AND state = 'running' AND heartbeat_at = heard RETURNING {RunRows.Columns}
        """, [new() { Value = silent.Keys.ToArray() }, new() { Value = silent.Values.ToArray() }], RunRows.ReadAsync, cancellationToken);

    /// <summary>Removes finished runs that are old.</summary>
    public Task<int> PruneAsync(TimeSpan keep, CancellationToken cancellationToken) => data.WriteAsync(
        "DELETE FROM ops.runs WHERE id IN (SELECT id FROM ops.runs WHERE finished_at < now() - $1 ORDER BY id LIMIT 1000)", [new() { Value = keep }], cancellationToken);

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
