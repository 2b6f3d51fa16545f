namespace MaintenanceWorker.Operations.Http;

/// <summary>The body of a call that changes something or takes long; it may be left out.</summary>
/// <param name="Arguments">The arguments by name, each as it would be written on the command line.</param>
/// <param name="DryRun">Whether only to say what would be done.</param>
public sealed record OperationRequest(IReadOnlyDictionary<string, string>? Arguments, bool DryRun = false);
