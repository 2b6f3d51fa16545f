using MaintenanceWorker.Operations;

namespace MaintenanceWorker.Schedule;

internal sealed class PauseJob(JobSchedule schedule, JobRegister register, JobLister lister, TimeProvider time) : IOperationHandler
{
    public async Task<OperationResult> RunAsync(OperationCall call, CancellationToken cancellationToken)
    {
        var job = schedule.Find(call.Arguments.Required("job"));
        var state = await register.PauseAsync(job, call.Caller, time.GetUtcNow(), cancellationToken);
        var view = (await lister.ListAsync([job], cancellationToken)).Single();
        return OperationResult.Of(view, JobJson.Default.JobView, $"Job {job.Name} is paused since {state.PausedAt:u} by {state.PausedBy}");
    }
}
