using ConversationData.Connections;
using ConversationData.Operations.Settings;
using Npgsql;

namespace MaintenanceWorker.Schedule;

/// <summary>What the workers agree on about jobs: <c>ops.jobs</c>.</summary>
internal sealed class JobRegister(ConversationDataSource data)
{
    private const string Columns = "name, schedule, counts_from, paused_at, paused_by, skipped_for, skipped_reason";

    /// <summary>Makes a job known; moments before it was first seen, or its times were changed, do not count.</summary>
    /// <param name="job">The job.</param>
    /// <param name="now">From when on its moments count.</param>
    /// <param name="mayChange">Whether its times count where the record has others: at a worker's start, when configuration was read anew.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task IntroduceAsync(ScheduledJob job, DateTimeOffset now, bool mayChange, CancellationToken cancellationToken) => data.WriteAsync($"""
        INSERT INTO ops.jobs (name, schedule, counts_from) VALUES ($1, $2, $3) ON CONFLICT (name) DO
        {(mayChange ? "UPDATE SET schedule = excluded.schedule, counts_from = excluded.counts_from WHERE jobs.schedule IS DISTINCT FROM excluded.schedule" : "NOTHING")}
        """, [new() { Value = job.Name }, new() { Value = job.Definition }, new() { Value = now.ToUniversalTime() }], cancellationToken);

    /// <summary>Keeps every other worker from deciding on a job.</summary>
    /// <returns>Null when another worker is deciding, or when the job is not known.</returns>
    public async Task<HeldJob?> HoldAsync(string name, CancellationToken cancellationToken)
    {
        var write = await data.BeginWriteAsync(cancellationToken);
        try
        {
            await using var command = new NpgsqlCommand($"SELECT {Columns} FROM ops.jobs WHERE name = $1 FOR UPDATE SKIP LOCKED", write.Connection, write.Transaction);
            command.Parameters.Add(new() { Value = name });
            if ((await ReadAsync(command, cancellationToken)).SingleOrDefault() is { } state)
                return new(write, state);
        }
        catch
        {
            await write.DisposeAsync();
            throw;
        }

        await write.DisposeAsync();
        return null;
    }

    /// <summary>Keeps a job from running; a second time changes nothing.</summary>
    /// <returns>What is known of it then.</returns>
    /// <exception cref="CommitInDoubtException">It may be paused; the same again finds out.</exception>
    public async Task<JobState> PauseAsync(ScheduledJob job, string by, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var known = await data.WriteAsync($"""
            INSERT INTO ops.jobs (name, schedule, counts_from, paused_at, paused_by) VALUES ($1, $2, $3, $3, $4)
            ON CONFLICT (name) DO UPDATE SET paused_at = coalesce(jobs.paused_at, excluded.paused_at), paused_by = coalesce(jobs.paused_by, excluded.paused_by) RETURNING {Columns}
            """, [new() { Value = job.Name }, new() { Value = job.Definition }, new() { Value = now.ToUniversalTime() }, new() { Value = by }], ReadAsync, cancellationToken);
        return known.Single();
    }

    /// <summary>Lets a paused job run again; the moments in between do not count.</summary>
    /// <returns>Whether it was paused.</returns>
    /// <exception cref="CommitInDoubtException">It may run again; the same again finds out.</exception>
    public async Task<bool> ResumeAsync(string name, DateTimeOffset now, CancellationToken cancellationToken) => await data.WriteAsync(
        "UPDATE ops.jobs SET paused_at = NULL, paused_by = NULL, counts_from = $2 WHERE name = $1 AND paused_at IS NOT NULL",
        [new() { Value = name }, new() { Value = now.ToUniversalTime() }], cancellationToken) > 0;

    /// <summary>What is known of jobs, by name.</summary>
    public async Task<IReadOnlyDictionary<string, JobState>> ListAsync(IEnumerable<string> names, CancellationToken cancellationToken)
    {
        await using var command = data.Primary.CreateCommand($"SELECT {Columns} FROM ops.jobs WHERE name = ANY ($1)");
        command.Parameters.Add(new() { Value = names.ToArray() });
        return (await ReadAsync(command, cancellationToken)).ToDictionary(job => job.Name);
    }

    private static async Task<IReadOnlyList<JobState>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var jobs = new List<JobState>();
        while (await row.ReadAsync(cancellationToken))
        {
            jobs.Add(new()
            {
                Name = row.GetString(0), Schedule = Text(1), CountsFrom = Time(2), PausedAt = Time(3), PausedBy = Text(4), SkippedFor = Time(5), SkippedReason = Text(6),
            });
        }

        return jobs;

        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
        DateTimeOffset? Time(int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
    }
}
