using ConversationData.Connections;
using ConversationData.Operations.Settings;
using Npgsql;

namespace MaintenanceWorker.Schedule;

/// <summary>A job that no other worker decides on, and that nobody pauses, until this is disposed.</summary>
internal sealed class HeldJob(WriteTransaction write, JobState state) : IAsyncDisposable
{
    public JobState State { get; } = state;

    /// <summary>Whether a moment has its run, and whether the run of an earlier one has not begun.</summary>
    public async Task<(bool IsQueued, bool IsWaiting)> FindRunsAsync(DateTimeOffset moment, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            SELECT EXISTS (SELECT 1 FROM ops.runs WHERE job = $1 AND scheduled_for = $2), EXISTS (SELECT 1 FROM ops.runs WHERE job = $1 AND scheduled_for < $2 AND state = 'queued')
            """, write.Connection, write.Transaction);
        command.Parameters.Add(new() { Value = State.Name });
        command.Parameters.Add(new() { Value = moment.ToUniversalTime() });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return (row.GetBoolean(0), row.GetBoolean(1));
    }

    /// <summary>Records that a moment is not run.</summary>
    /// <exception cref="CommitInDoubtException">It may be recorded; deciding again finds out.</exception>
    public async Task SkipAsync(DateTimeOffset moment, string reason, CancellationToken cancellationToken)
    {
        await using (var command = new NpgsqlCommand("UPDATE ops.jobs SET skipped_for = $2, skipped_reason = $3 WHERE name = $1", write.Connection, write.Transaction))
        {
            command.Parameters.Add(new() { Value = State.Name });
            command.Parameters.Add(new() { Value = moment.ToUniversalTime() });
            command.Parameters.Add(new() { Value = reason });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await write.CommitAsync();
    }

    /// <summary>Puts right what a clock that ran ahead has recorded.</summary>
    public async Task CountFromAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using (var command = new NpgsqlCommand("UPDATE ops.jobs SET counts_from = $2 WHERE name = $1", write.Connection, write.Transaction))
        {
            command.Parameters.Add(new() { Value = State.Name });
            command.Parameters.Add(new() { Value = now.ToUniversalTime() });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await write.CommitAsync();
    }

    public ValueTask DisposeAsync() => write.DisposeAsync();
}
