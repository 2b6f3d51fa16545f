using System.Diagnostics;
using ConversationData.Connections;
using ConversationData.Operations.Runs;
using Microsoft.Extensions.Options;
using Npgsql;

namespace MaintenanceWorker.Operations.Runs;

/// <summary>Does one recorded run from its beginning to its end.</summary>
internal sealed class RunExecution(
    OperationHandlers handlers, RunRecord record, RunEnds ends, OperationTelemetry telemetry, TimeProvider time, IOptions<OperationOptions> options,
    IHostApplicationLifetime lifetime, ILogger<RunExecution> logger)
{
    /// <summary>Does it; its end is in the record when this returns, unless the database is away: then it will be.</summary>
    /// <param name="run">What to do.</param>
    /// <param name="isRecorded">Whether it is in the record as this worker's; else its beginning could not be recorded.</param>
    /// <param name="since">The timestamp from which on its lease counts: before it was recorded as begun; null for now.</param>
    /// <returns>How it ended; never throws for what the operation did.</returns>
    public async Task<RunOutcome> RunAsync(NewRun run, bool isRecorded = true, long? since = null)
    {
        var began = since ?? time.GetTimestamp();
        var started = time.GetUtcNow();
        var watch = Stopwatch.StartNew();
        using var scope = logger.BeginScope(new KeyValuePair<string, object>[] { new("RunId", run.Id) });
        using var stop = new RunStop(time, lifetime.ApplicationStopping);
        using var beats = new CancellationTokenSource();
        var journal = new RunJournal(time, logger);
        var activity = telemetry.Begin(run.Operation, run.RequestedThrough);
        var traceId = activity?.TraceId.ToString();
        RunEvents.Began(logger, run.Operation.Name, run.RequestedBy, run.RequestedThrough);

        var heartbeat = isRecorded ? BeatAsync(run, began, journal, stop, beats.Token) : Task.CompletedTask;
        var outcome = await AttemptAsync(run, journal, watch, stop);
        await beats.CancelAsync();
        await heartbeat;

        telemetry.End(activity, run.Operation, outcome.State, watch.Elapsed, outcome.Error);
        RunEvents.Ended(logger, run.Operation.Name, RunStates.NameOf(outcome.State), watch.Elapsed.TotalSeconds, outcome.Text);
        await ends.RecordAsync(new(run, started, outcome, journal, traceId));
        return outcome;
    }

    private async Task<RunOutcome> AttemptAsync(NewRun run, RunJournal journal, Stopwatch watch, RunStop stop)
    {
        try
        {
            var call = new OperationCall(run.Operation, run.Arguments, run.DryRun, run.RequestedBy, journal);
            return new(RunState.Succeeded, await handlers[run.Operation].RunAsync(call, stop.Token), null);
        }
        catch (Exception) when (stop.Outcome is not null)
        {
            // Whatever a handler makes of being stopped.
            return stop.Outcome;
        }
        catch (OperationFailedException e)
        {
            return new(RunState.Failed, null, e.Message);
        }
        catch (CommitInDoubtException e)
        {
            return RunOutcome.InDoubt(e);
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

    private async Task BeatAsync(NewRun run, long began, RunJournal journal, RunStop stop, CancellationToken cancellationToken)
    {
        // Where only one may be at work, another may begin a lease after this one was last heard of for certain. To stop takes time as well.
        void Allow(long since)
        {
            if (run.Operation.IsExclusive)
                stop.Allow(options.Value.Lease * 2 / 3 - time.GetElapsedTime(since));
        }

        Allow(began);
        // The log and the progress are followed by people: more often than the lease asks for.
        using var timer = new PeriodicTimer(TimeSpan.FromTicks(Math.Min(options.Value.Lease.Ticks / 3, TimeSpan.TicksPerSecond)), time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                try
                {
                    var said = time.GetTimestamp();
                    await stop.ConsiderAsync(await record.HeartbeatAsync(run.Id, journal.Progress, cancellationToken));
                    Allow(said);
                    await journal.FlushAsync(run.Id, record, cancellationToken);
                }
                catch (Exception e) when (RecordFault.Is(e))
                {
                    // The run goes on, and its end is recorded when the database is back.
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }
}
