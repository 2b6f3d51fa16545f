namespace MaintenanceWorker.Schedule;

/// <summary>What the log says of the schedule.</summary>
internal static partial class ScheduleEvents
{
    [LoggerMessage(1100, LogLevel.Information, "Job {Job}: {Operation} is queued for {Moment:O}")]
    public static partial void Queued(ILogger logger, string job, string operation, DateTimeOffset moment);

    [LoggerMessage(1101, LogLevel.Warning, "Job {Job}: {Moment:O} is skipped: {Reason}")]
    public static partial void Skipped(ILogger logger, string job, DateTimeOffset moment, string reason);

    [LoggerMessage(1102, LogLevel.Warning, "The schedule cannot be kept while the database cannot be reached; moments are caught up as far as their jobs allow")]
    public static partial void Lost(ILogger logger, Exception exception);

    [LoggerMessage(1103, LogLevel.Information, "The schedule is kept again")]
    public static partial void Back(ILogger logger);
}
