namespace MaintenanceWorker.Operations;

/// <summary>Does what the catalogue declares.</summary>
internal interface IOperationHandler
{
    /// <summary>Does it.</summary>
    /// <param name="call">What is asked, and where to say how it goes.</param>
    /// <param name="cancellationToken">Somebody asked to end it, or the worker stops.</param>
    /// <returns>What was found or done.</returns>
    /// <exception cref="OperationFailedException">It could not be done, for a reason that a person can act on.</exception>
    Task<OperationResult> RunAsync(OperationCall call, CancellationToken cancellationToken);
}
