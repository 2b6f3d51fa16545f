using MaintenanceWorker.Operations;

namespace MaintenanceWorker.Schedule;

internal sealed class ListJobs(JobSchedule schedule, JobLister lister) : IOperationHandler
{
    public async Task<OperationResult> RunAsync(OperationCall call, CancellationToken cancellationToken)
    {
        var jobs = await lister.ListAsync(schedule.Jobs, cancellationToken);
        return OperationResult.Of(jobs, JobJson.Default.IReadOnlyListJobView, $"{Counted.Of(jobs.Count, "job")}, {jobs.Count(job => job.PausedAt is not null)} of them paused");
    }
}
