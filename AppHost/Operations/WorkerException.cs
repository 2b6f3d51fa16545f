namespace AppHost.Operations;

/// <summary>The worker does not answer or refuses; the message is for the user and says what to do.</summary>
internal sealed class WorkerException(string message, Exception? inner = null) : Exception(message, inner);
