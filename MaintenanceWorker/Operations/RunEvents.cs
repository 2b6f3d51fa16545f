namespace MaintenanceWorker.Operations;

/// <summary>What the log says of runs.</summary>
internal static partial class RunEvents
{
    [LoggerMessage(EventId = 1000, Message = "{Line}")]
    public static partial void Said(ILogger logger, LogLevel level, string line);

    [LoggerMessage(1001, LogLevel.Information, "{Operation} begins, asked for by {Caller} through {Through}")]
    public static partial void Began(ILogger logger, string operation, string caller, string through);

    [LoggerMessage(1002, LogLevel.Information, "{Operation} {State} after {Seconds:0.0} s: {Outcome}")]
    public static partial void Ended(ILogger logger, string operation, string state, double seconds, string outcome);

    [LoggerMessage(1003, LogLevel.Error, "{Operation} failed after {Seconds:0.0} s")]
    public static partial void Failed(ILogger logger, Exception exception, string operation, double seconds);

    [LoggerMessage(1004, LogLevel.Warning, "Run {Run} of {Operation} is interrupted: worker {Worker} has not been heard of for {Lease}")]
    public static partial void Interrupted(ILogger logger, Guid run, string operation, string worker, TimeSpan lease);

    [LoggerMessage(1005, LogLevel.Warning, "The record of runs cannot be reached; trying on")]
    public static partial void RecordLost(ILogger logger, Exception exception);

    [LoggerMessage(1006, LogLevel.Information, "The record of runs can be reached again")]
    public static partial void RecordBack(ILogger logger);

    [LoggerMessage(1007, LogLevel.Error, "Run {Run} of {Operation} ended as {State}, which could not be recorded: {Outcome}")]
    public static partial void NotRecorded(ILogger logger, Guid run, string operation, string state, string outcome);

    [LoggerMessage(1008, LogLevel.Warning, "The end of run {Run} of {Operation} cannot be recorded now; it will be when the database is back")]
    public static partial void RecordedLater(ILogger logger, Exception exception, Guid run, string operation);

    [LoggerMessage(1010, LogLevel.Warning, "Run {Run} of {Operation}, asked for by {Job}, was not begun: its window closed before a worker was free")]
    public static partial void Belated(ILogger logger, Guid run, string operation, string job);
}
