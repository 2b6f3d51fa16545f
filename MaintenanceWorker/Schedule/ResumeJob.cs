using MaintenanceWorker.Operations;

namespace MaintenanceWorker.Schedule;

internal sealed class ResumeJob(JobSchedule schedule, JobRegister register, JobLister lister, TimeProvider time) : IOperationHandler
{
    public async Task<OperationResult> RunAsync(OperationCall call, CancellationToken cancellationToken)
    {
        var job = schedule.Find(call.Arguments.Required("job"));
        var wasPaused = await register.ResumeAsync(job.Name, time.GetUtcNow(), cancellationToken);
        var view = (await lister.ListAsync([job], cancellationToken)).Single();
        return OperationResult.Of(view, JobJson.Default.JobView, wasPaused ? $"Job {job.Name} runs again, next at {view.Next:u}" : $"Job {job.Name} was not paused");
    }
}
