using System.Collections.Concurrent;
using ConversationData.Connections;
using Npgsql;

namespace MaintenanceWorker.Operations.Runs;

/// <summary>A run that has ended and is to be recorded.</summary>
internal sealed record EndedRun(NewRun Run, DateTimeOffset StartedAt, RunOutcome Outcome, RunJournal Journal, string? TraceId);

/// <summary>Records the ends of runs: at once or, where the database is away, when it is back. Nobody waits for that.</summary>
internal sealed class RunEnds(RunRecord record, ILogger<RunEnds> logger)
{
    private readonly ConcurrentQueue<EndedRun> _kept = new();
    private readonly Lock _lock = new();
    private Task _lastTry = Task.CompletedTask;

    /// <summary>The runs that have ended without the record knowing.</summary>
    public IEnumerable<Guid> Unrecorded => _kept.Select(ended => ended.Run.Id);

    public async Task RecordAsync(EndedRun ended)
    {
        try
        {
            await WriteAsync(ended);
        }
        catch (Exception e) when (RecordFault.Is(e))
        {
            RunEvents.RecordedLater(logger, e, ended.Run.Id, ended.Run.Operation.Name);
            _kept.Enqueue(ended);
        }
    }

    /// <summary>The same for who does not wait.</summary>
    public void RecordLater(EndedRun ended) => _kept.Enqueue(ended);

    /// <summary>Tries those again that could not be recorded, in their order. Who comes while another is at it waits for its turn.</summary>
    /// <exception cref="NpgsqlException">The database is still away.</exception>
    /// <exception cref="CommitInDoubtException">It may be recorded; the same again finds out.</exception>
    public Task RetryAsync()
    {
        lock (_lock)
            return _lastTry = RetryAfterAsync(_lastTry);
    }

    /// <summary>Says what will never be recorded, at the end of the process.</summary>
    public void GiveUp()
    {
        while (_kept.TryDequeue(out var ended))
            Say(ended);
    }

    private async Task RetryAfterAsync(Task other)
    {
        await other.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (_kept.TryPeek(out var ended))
        {
            try
            {
                await WriteAsync(ended);
            }
            catch (PostgresException e) when (!e.IsTransient && !RecordFault.IsAway(e))
            {
                // It will be refused again: it must not hold up the others.
                Say(ended);
            }

            _kept.TryDequeue(out _);
        }
    }

    private void Say(EndedRun ended) =>
        RunEvents.NotRecorded(logger, ended.Run.Id, ended.Run.Operation.Name, RunStates.NameOf(ended.Outcome.State), ended.Outcome.Text);

    private async Task WriteAsync(EndedRun ended)
    {
        // The log first: who sees the end sees all of it.
        var isRecorded = await TryFlushAsync(ended);
        await record.EndAsync(ended, CancellationToken.None);
        if (!isRecorded)
            await ended.Journal.FlushAsync(ended.Run.Id, record, CancellationToken.None);
    }

    /// <summary>False when the run's beginning could not be recorded.</summary>
    private async Task<bool> TryFlushAsync(EndedRun ended)
    {
        try
        {
            await ended.Journal.FlushAsync(ended.Run.Id, record, CancellationToken.None);
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return false;
        }
    }
}
