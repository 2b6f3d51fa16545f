using ConversationData.Connections;
using ConversationData.Operations.Runs;
using MaintenanceWorker.Operations.Runs;
using Npgsql;
using OperationsCatalogue;

namespace MaintenanceWorker.Operations;

/// <summary>Does what is asked: answers what only reads, records what changes something, queues what takes long.</summary>
internal sealed class OperationRunner(
    OperationHandlers handlers, RunQueue queue, BegunRuns begunRuns, RunExecution execution, RunEnds ends, RunReader runs, RunSignal signal, OperationTelemetry telemetry, TimeProvider time, ILogger<OperationRunner> logger)
{
    private static readonly RunOutcome _notBegun = new(RunState.Failed, null, "It was not begun, since the database has not confirmed in time that it is recorded. Ask again, with another Idempotency-Key.");

    /// <summary>Answers an operation that only reads and is not long.</summary>
    public async Task<OperationResult> AnswerAsync(Operation operation, ArgumentValues arguments, string caller, string through, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var activity = telemetry.Begin(operation, through);
        var state = RunState.Failed;
        string? error = "It was given up.";
        try
        {
            var result = await handlers[operation].RunAsync(new(operation, arguments, DryRun: false, caller, new(time, logger)), cancellationToken);
            (state, error) = (RunState.Succeeded, null);
            return result;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            error = e.Message;
            throw;
        }
        finally
        {
            telemetry.End(activity, operation, state, time.GetElapsedTime(started), error);
        }
    }

    /// <summary>Does at once what changes something and is not long. It goes on when the caller goes away.</summary>
    /// <returns>The run, its outcome, and whether it was done now: with an idempotency key that is known it was done before, and the outcome is null.</returns>
    public async Task<(OperationRun? Recorded, RunOutcome? Outcome)> DoAsync(NewRun run, CancellationToken cancellationToken)
    {
        if (begunRuns.Find(run.IdempotencyKey) is { } begun)
            return await AnswerAsync(run, begun, cancellationToken);
        bool isRecorded;
        try
        {
            // Not given up half-way: what was recorded as begun has to be done.
            (var recorded, isRecorded) = await queue.AddAsync(run, begin: true, CancellationToken.None);
            if (!isRecorded)
                return (recorded, null);
        }
        catch (Exception e) when (run.Operation.WorksWithoutDatabase && RecordFault.Is(e))
        {
            RunEvents.RecordLost(logger, e);
            // Where there was an answer it may be there, and somebody has to speak for it.
            isRecorded = e is CommitInDoubtException { Answer: null } && await FindAsync(run.Id, CancellationToken.None) is { State: RunState.Running };
        }
        catch (CommitInDoubtException)
        {
            // The record may come to have it as begun; nobody is to wonder then how far it came.
            ends.RecordLater(new(run, time.GetUtcNow(), _notBegun, new(time, logger), null));
            return (null, _notBegun);
        }

        if (run.Operation.WorksWithoutDatabase)
            return await AnswerAsync(run, begunRuns.Begin(run, () => execution.RunAsync(run, isRecorded)), cancellationToken);
        var outcome = await execution.RunAsync(run, isRecorded);
        return (await FindAsync(run.Id, cancellationToken), outcome);
    }

    /// <summary>Queues what takes long; any worker may take it.</summary>
    /// <returns>The run in the record: with an idempotency key that is known, or for a moment of the schedule that was queued already, the one from then.</returns>
    public async Task<(OperationRun Run, bool IsNew)> QueueAsync(NewRun run, CancellationToken cancellationToken)
    {
        var queued = await queue.AddAsync(run, begin: false, cancellationToken);
        signal.Set();
        return queued;
    }

    private async Task<(OperationRun? Recorded, RunOutcome? Outcome)> AnswerAsync(NewRun asked, BegunRun begun, CancellationToken cancellationToken)
    {
        var run = begun.Run;
        if (!asked.IsSameAs(run.Operation.Name, run.DryRun, run.Arguments.ForRecord))
            return (new() { Id = run.Id, Operation = run.Operation.Name, DryRun = run.DryRun, Arguments = RecordJson.ArgumentsOf(run) }, null);
        var outcome = await begun.Outcome.Value;
        return (await FindAsync(run.Id, cancellationToken), outcome);
    }

    private async Task<OperationRun?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        try
        {
            return await runs.FindAsync(id, cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            return null;
        }
    }
}
