using OperationsCatalogue;

namespace MaintenanceWorker.Operations.Runs;

/// <summary>A run that somebody asks for.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="Operation">What to do.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="DryRun">Whether only to say what would be done.</param>
/// <param name="RequestedBy">Name of the key, or of the job.</param>
/// <param name="RequestedThrough">http, cli, dashboard or schedule.</param>
internal sealed record NewRun(Guid Id, Operation Operation, ArgumentValues Arguments, bool DryRun, string RequestedBy, string RequestedThrough)
{
    /// <summary>The client's key: the same again is the same run.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>The job and the moment that it stands for.</summary>
    public (string Job, DateTimeOffset ScheduledFor)? Schedule { get; init; }

    /// <summary>Not to be begun from then on; null for no such limit.</summary>
    public DateTimeOffset? BeginBefore { get; init; }

    /// <summary>Runs of one lane come one after the other.</summary>
    public string? Lane => Operation.IsExclusive ? Operation.Name : null;

    /// <summary>Whether it asks for what another call asked for.</summary>
    public bool IsSameAs(string operation, bool dryRun, IReadOnlyDictionary<string, string> arguments) => Operation.Name == operation && DryRun == dryRun
        && Arguments.ForRecord.OrderBy(pair => pair.Key).SequenceEqual(arguments.OrderBy(pair => pair.Key));
}
