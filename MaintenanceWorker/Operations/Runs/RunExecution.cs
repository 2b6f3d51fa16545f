using System.Diagnostics;
using ConversationData.Operations.Runs;
using Microsoft.Extensions.Options;
using Npgsql;

namespace MaintenanceWorker.Operations.Runs;

/// <summary>Does one recorded run from its beginning to its end.</summary>
internal sealed class RunExecution(
    OperationHandlers handlers, RunRecord record, OperationTelemetry telemetry, TimeProvider time, IOptions<OperationOptions> options,
    IHostApplicationLifetime lifetime, ILogger<RunExecution> logger)
{
    /// <summary>Does it; its end is in the record when this returns, unless the database stayed away for longer than the record has patience.</summary>
    /// <param name="run">What to do; it is in the record as this worker's, or could not be recorded.</param>
    /// <returns>How it ended; never throws for what the operation did.</returns>
    public async Task<RunOutcome> RunAsync(NewRun run)
    {
        var started = time.GetUtcNow();
        var watch = Stopwatch.StartNew();
        using var scope = logger.BeginScope(new KeyValuePair<string, object>[] { new("RunId", run.Id) });
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping);
        using var beats = new CancellationTokenSource();
        var journal = new RunJournal(time, logger);
        var activity = telemetry.Begin(run.Operation, run.RequestedThrough);
        var traceId = activity?.TraceId.ToString();
        RunEvents.Began(logger, run.Operation.Name, run.RequestedBy, run.RequestedThrough);

        var heartbeat = BeatAsync(run.Id, journal, ends, beats.Token);
        var outcome = await AttemptAsync(run, journal, watch, ends.Token);
        await beats.CancelAsync();
        await heartbeat;

        telemetry.End(activity, run.Operation, outcome.State, watch.Elapsed, outcome.Error);
        RunEvents.Ended(logger, run.Operation.Name, RunStates.NameOf(outcome.State), watch.Elapsed.TotalSeconds, outcome.Text);
        await RecordEndAsync(run, started, outcome, journal, traceId);
        return outcome;
    }

    private async Task<RunOutcome> AttemptAsync(NewRun run, RunJournal journal, Stopwatch watch, CancellationToken cancellationToken)
    {
        try
        {
            var call = new OperationCall(run.Operation, run.Arguments, run.DryRun, run.RequestedBy, journal);
            return new(RunState.Succeeded, await handlers[run.Operation].RunAsync(call, cancellationToken), null);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // Whatever a handler makes of being cancelled.
            return lifetime.ApplicationStopping.IsCancellationRequested
                ? new(RunState.Interrupted, null, "Its worker was stopped. How much was done, its log says.")
                : new(RunState.Cancelled, null, "It was cancelled.");
        }
        catch (OperationFailedException e)
        {
            return new(RunState.Failed, null, e.Message);
        }
        catch (Exception e)
        {
            RunEvents.Failed(logger, e, run.Operation.Name, watch.Elapsed.TotalSeconds);
            return new(RunState.Failed, null, e switch
            {
                PostgresException refused => $"PostgreSQL says: {refused.MessageText} ({refused.SqlState}).",
                NpgsqlException => $"The database could not be reached: {e.Message}.",
                _ => $"Something went wrong here ({e.GetType().Name}); the worker's log has it under run {run.Id}.",
            });
        }
    }

    private async Task BeatAsync(Guid run, RunJournal journal, CancellationTokenSource ends, CancellationToken cancellationToken)
    {
        // The log and the progress are followed by people: more often than the lease asks for.
        using var timer = new PeriodicTimer(TimeSpan.FromTicks(Math.Min(options.Value.Lease.Ticks / 3, TimeSpan.TicksPerSecond)), time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                try
                {
                    await FlushAsync(run, journal, cancellationToken);
                    if (await record.HeartbeatAsync(run, journal.Progress, cancellationToken) is true)
                        await ends.CancelAsync();
                }
                catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
                {
                    // The run goes on; the end is recorded with patience.
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    private async Task FlushAsync(Guid run, RunJournal journal, CancellationToken cancellationToken)
    {
        var lines = journal.Take();
        try
        {
            await record.AppendAsync(run, lines, cancellationToken);
        }
        catch
        {
            journal.Return(lines);
            throw;
        }
    }

    /// <summary>False when the run's beginning could not be recorded.</summary>
    private async Task<bool> TryFlushAsync(Guid run, RunJournal journal)
    {
        try
        {
            await FlushAsync(run, journal, CancellationToken.None);
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return false;
        }
    }

    private async Task RecordEndAsync(NewRun run, DateTimeOffset started, RunOutcome outcome, RunJournal journal, string? traceId)
    {
        var since = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                // The log first: who sees the end sees all of it.
                var isRecorded = await TryFlushAsync(run.Id, journal);
                await record.EndAsync(run, started, outcome, journal.Progress, traceId, CancellationToken.None);
                if (!isRecorded)
                    await FlushAsync(run.Id, journal, CancellationToken.None);
                return;
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
            {
                if (since.Elapsed > options.Value.RecordPatience || lifetime.ApplicationStopping.IsCancellationRequested)
                {
                    RunEvents.NotRecorded(logger, e, run.Id, run.Operation.Name, RunStates.NameOf(outcome.State), outcome.Text);
                    return;
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(250), time);
        }
    }
}
