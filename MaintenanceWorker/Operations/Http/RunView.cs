using System.Text.Json;
using ConversationData.Operations.Runs;
using MaintenanceWorker.Operations.Runs;

namespace MaintenanceWorker.Operations.Http;

/// <summary>A run as the API shows it.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="Operation">The operation's name.</param>
/// <param name="Arguments">Its arguments; secrets are masked.</param>
/// <param name="DryRun">Whether it only says what it would do.</param>
/// <param name="State">queued, running, succeeded, failed, cancelled or interrupted.</param>
/// <param name="RequestedBy">Name of the key or job that asked for it.</param>
/// <param name="RequestedThrough">http, cli, dashboard or schedule.</param>
/// <param name="RequestedAt">When it was asked for.</param>
/// <param name="Job">The job of the schedule that it belongs to.</param>
/// <param name="ScheduledFor">The moment of the schedule that it stands for.</param>
/// <param name="Worker">The worker that took it.</param>
/// <param name="StartedAt">When it was taken.</param>
/// <param name="FinishedAt">When it ended.</param>
/// <param name="CancelRequestedBy">Who asked to end it.</param>
/// <param name="Progress">How much is done, 0 to 1; null when that cannot be said.</param>
/// <param name="ProgressText">What it is at.</param>
/// <param name="Summary">How it ended, in one sentence.</param>
/// <param name="NeedsAttention">Whether somebody should look at the result.</param>
/// <param name="Result">What it found or did.</param>
/// <param name="Error">Why it failed, and what to do.</param>
/// <param name="TraceId">Where its spans are to be found.</param>
public sealed record RunView(
    Guid Id, string Operation, IReadOnlyDictionary<string, string> Arguments, bool DryRun, string State, string RequestedBy, string RequestedThrough, DateTimeOffset RequestedAt,
    string? Job, DateTimeOffset? ScheduledFor, string? Worker, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, string? CancelRequestedBy,
    double? Progress, string? ProgressText, string? Summary, bool NeedsAttention, JsonElement? Result, string? Error, string? TraceId)
{
    internal static RunView Of(OperationRun run) => new(
        run.Id, run.Operation, JsonSerializer.Deserialize(run.Arguments, RecordJson.Default.DictionaryStringString)!, run.DryRun, RunStates.NameOf(run.State),
        run.RequestedBy, run.RequestedThrough, run.RequestedAt, run.Job, run.ScheduledFor, run.Worker, run.StartedAt, run.FinishedAt, run.CancelRequestedBy,
        run.Progress, run.ProgressText, run.Summary, run.NeedsAttention, run.Result is null ? null : JsonElement.Parse(run.Result), run.Error, run.TraceId);
}

/// <summary>A line of a run's log.</summary>
/// <param name="Line">1 for the first.</param>
/// <param name="LoggedAt">When it was said.</param>
/// <param name="Level">information, warning or error.</param>
/// <param name="Message">What was said.</param>
public sealed record RunLogLineView(int Line, DateTimeOffset LoggedAt, string Level, string Message);

/// <summary>A page of runs.</summary>
/// <param name="Items">The newest first.</param>
/// <param name="NextCursor">Where the next page begins; null on the last.</param>
public sealed record RunPage(IReadOnlyList<RunView> Items, string? NextCursor);
