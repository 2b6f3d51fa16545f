using System.Text.Json;
using ConversationData.Connections;
using ConversationData.Operations.Runs;
using Microsoft.Extensions.Options;
using OperationsCatalogue;

namespace MaintenanceWorker.Operations.Runs;

/// <summary>Takes queued runs and does them, a few at a time.</summary>
internal sealed class RunWorker(
    RunQueue queue, RunRecord record, RunExecution execution, RunSignal signal, TimeProvider time, IOptions<OperationOptions> options, ILogger<RunWorker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var atWork = new Dictionary<Guid, Task>();
        // The ended ones too: the end of one may never come to be recorded.
        var heardOf = new HashSet<Guid>();
        var unanswered = new List<Task>();
        var (inDoubt, mayShowLater) = (false, false);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                try
                {
                    foreach (var done in atWork.Where(run => run.Value.IsCompleted).Select(run => run.Key).ToList())
                        atWork.Remove(done);
                    inDoubt |= unanswered.RemoveAll(claim => claim.IsCompleted) > 0;
                    if (inDoubt)
                        await queue.ReturnLostClaimsAsync(heardOf, CancellationToken.None);
                    inDoubt = mayShowLater;
                    // A claim is not given up half-way: nobody would do what it took. One without an answer keeps its place.
                    while (!stoppingToken.IsCancellationRequested && atWork.Count + unanswered.Count < options.Value.MaxConcurrentRuns)
                    {
                        var asked = time.GetTimestamp();
                        if (await queue.ClaimAsync(CancellationToken.None) is not { } claimed)
                            break;
                        // Confirmed after whatever waited for a standby before it.
                        mayShowLater = false;
                        if (claimed.Lane is not null && time.GetElapsedTime(asked) > options.Value.Lease / 3)
                        {
                            // Its lease is nearly over: given back, as if it had not been heard of.
                            inDoubt = true;
                            break;
                        }

                        heardOf.Add(claimed.Id);
                        atWork.Add(claimed.Id, DoAsync(claimed, asked));
                    }
                }
                catch (Exception e) when (RecordFault.Is(e))
                {
                    // RunSweeper says that the record is away. What was claimed may be ours without our knowing.
                    inDoubt = true;
                    if (e is CommitInDoubtException { Answer: { } answer })
                        unanswered.Add(answer);
                    else if (e is CommitInDoubtException)
                        // Its commit may still wait at the server for a standby, though nobody is there to be answered.
                        mayShowLater = true;
                }

                await signal.WaitAsync(options.Value.PollInterval, [.. atWork.Values, .. unanswered], time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }

        await Task.WhenAll(atWork.Values);
    }

    private async Task DoAsync(OperationRun claimed, long asked)
    {
        var arguments = JsonSerializer.Deserialize(claimed.Arguments, RecordJson.Default.DictionaryStringString)!;
        if (Catalogue.Find(claimed.Operation) is { } operation && operation.Check(arguments).Count == 0)
        {
            await execution.RunAsync(new(claimed.Id, operation, new(operation, arguments), claimed.DryRun, claimed.RequestedBy, claimed.RequestedThrough), since: asked);
            return;
        }

        // Queued by a worker of another version.
        try
        {
            await record.FailAsync(claimed.Id, $"This worker's version does not know the operation '{claimed.Operation}' with these arguments.", CancellationToken.None);
        }
        catch (Exception e) when (RecordFault.Is(e))
        {
            // Nobody speaks for it, so it will be marked interrupted.
            RunEvents.RecordLost(logger, e);
        }
    }
}
