using ConversationData.Operations.Runs;
using ConversationData.Operations.Settings;
using MaintenanceWorker.Operations;
using MaintenanceWorker.Operations.Runs;

namespace MaintenanceWorker.Schedule;

/// <summary>Puts together what configuration, the register and the record of runs say of jobs.</summary>
internal sealed class JobLister(JobRegister register, RunReader runs, TimeProvider time)
{
    public async Task<IReadOnlyList<JobView>> ListAsync(IReadOnlyList<ScheduledJob> jobs, CancellationToken cancellationToken)
    {
        var names = jobs.Select(job => job.Name).ToList();
        var states = await register.ListAsync(names, cancellationToken);
        var last = (await runs.LastOfJobsAsync(names, cancellationToken)).ToDictionary(run => run.Job!);
        return [.. jobs.Select(job => View(job, states.GetValueOrDefault(job.Name), last.GetValueOrDefault(job.Name)))];
    }

    private JobView View(ScheduledJob job, JobState? state, OperationRun? last) => new(
        job.Name, job.Operation.Name, job.Cron.CronExpressionString, job.Zone.Id, job.Window?.ToString(), job.IsEnabled,
        job.IsEnabled && state?.PausedAt is null ? job.NextRun(time.GetUtcNow()) : null,
        last?.ScheduledFor, last is null ? null : RunStates.NameOf(last.State), last?.Error ?? last?.Summary, last?.Id,
        state?.SkippedFor, state?.SkippedReason, state?.PausedAt, state?.PausedBy);
}
