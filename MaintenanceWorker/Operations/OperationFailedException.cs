namespace MaintenanceWorker.Operations;

/// <summary>An operation could not be done.</summary>
/// <param name="message">Why, and what to do: it is shown as it stands.</param>
/// <param name="innerException">What lies behind it.</param>
internal sealed class OperationFailedException(string message, Exception? innerException = null) : Exception(message, innerException);
