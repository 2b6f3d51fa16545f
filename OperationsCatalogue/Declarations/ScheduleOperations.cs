namespace OperationsCatalogue.Declarations;

internal static class ScheduleOperations
{
    private const string Section = "Scheduled Backups (cron)";

    private static readonly OperationArgument _job = new("job", ArgumentType.Text, "The job's name, as list-jobs shows it") { IsRequired = true };

    public static readonly Operation[] All =
    [
        new("list-jobs", "List the schedule: each job's times, its last run and its next", Section, OperationEffect.Reads, OperationScope.Read)
        {
            Description = "Jobs are configuration (Schedule:Jobs). Times are in UTC, cron is read in the job's time zone. A moment that was not run says why: outside of the window, missed for longer than the job catches up, or the run before had not begun.",
            Examples = ["list-jobs"],
        },
        new("pause-job", "Keep a job of the schedule from running until it is resumed", Section, OperationEffect.Changes, OperationScope.Admin)
        {
            Description = "On every worker, at once. A run that is queued or at work goes on; cancel-run ends it.",
            Arguments = [_job],
            Examples = ["pause-job --job vacuum-analyze"],
        },
        new("resume-job", "Let a paused job of the schedule run again, from its next time on", Section, OperationEffect.Changes, OperationScope.Admin)
        {
            Arguments = [_job],
            Examples = ["resume-job --job vacuum-analyze"],
        },
    ];
}
