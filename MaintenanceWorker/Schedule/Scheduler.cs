using MaintenanceWorker.Operations;
using MaintenanceWorker.Operations.Runs;
using Microsoft.Extensions.Options;

namespace MaintenanceWorker.Schedule;

/// <summary>Queues what is due. Every worker does it: each moment is decided on once, under a lock, and run once by its key.</summary>
internal sealed class Scheduler(JobSchedule schedule, JobRegister register, OperationRunner runner, TimeProvider time, IOptions<ScheduleOptions> options, ILogger<Scheduler> logger)
    : BackgroundService
{
    private readonly HashSet<string> _introduced = [];
    private readonly Dictionary<string, DateTimeOffset> _decided = [];

    /// <summary>How often it has looked at every job.</summary>
    internal int Looks { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var lost = false;
        try
        {
            while (true)
            {
                try
                {
                    foreach (var job in schedule.Jobs)
                        await DecideAsync(job, stoppingToken);
                    Looks++;
                    if (lost)
                        ScheduleEvents.Back(logger);
                    lost = false;
                }
                catch (Exception e) when (RecordFault.Is(e))
                {
                    if (!lost)
                        ScheduleEvents.Lost(logger, e);
                    lost = true;
                    // A node that leads from now on may lack what was queued last.
                    _decided.Clear();
                }

                await Task.Delay(UntilNextLook(), time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task DecideAsync(ScheduledJob job, CancellationToken cancellationToken)
    {
        if (!_introduced.Contains(job.Name))
        {
            await register.IntroduceAsync(job, time.GetUtcNow(), mayChange: true, cancellationToken);
            _introduced.Add(job.Name);
        }

        var now = time.GetUtcNow();
        // A clock that was put back makes older decisions look like the future's: then it is the record that counts.
        if (!job.IsEnabled || job.LatestDue(now) is not { } moment || (_decided.TryGetValue(job.Name, out var decided) && decided >= moment && decided <= now))
            return;
        await using var held = await register.HoldAsync(job.Name, cancellationToken);
        if (held is null)
            // Another worker is at it, or somebody emptied the record; then the job is new.
            await register.IntroduceAsync(job, now, mayChange: false, cancellationToken);
        else if (held.State.PausedAt is null && await DecideAsync(job, moment, now, held, cancellationToken))
            _decided[job.Name] = moment;
    }

    /// <summary>Queues a moment's run or records why not.</summary>
    private async Task<bool> DecideAsync(ScheduledJob job, DateTimeOffset moment, DateTimeOffset now, HeldJob held, CancellationToken cancellationToken)
    {
        if (held.State.CountsFrom > now)
        {
            await held.CountFromAsync(now, cancellationToken);
            return false;
        }

        if (moment < held.State.CountsFrom || moment == held.State.SkippedFor)
            return true;
        var (isQueued, isWaiting) = await held.FindRunsAsync(moment, cancellationToken);
        if (isQueued)
            return true;
        var late = now - job.DueAt(moment);
        var reason = late > job.CatchUp ? $"missed by more than its CatchUp of {job.CatchUp}"
            : job.Window is { } window && !window.Contains(now, job.Zone) ? $"outside of its window {window} {job.Zone.Id}"
            : isWaiting ? "its run before has not begun: no worker is free"
            : null;
        if (reason is not null)
        {
            await held.SkipAsync(moment, reason, cancellationToken);
            ScheduleEvents.Skipped(logger, job.Name, moment, reason);
            return true;
        }

        var (_, isNew) = await runner.QueueAsync(new(Guid.CreateVersion7(now), job.Operation, job.Arguments, job.DryRun, job.Name, "schedule")
        {
            Schedule = (job.Name, moment), BeginBefore = job.Window?.ClosesAfter(now, job.Zone),
        }, cancellationToken);
        if (isNew)
            ScheduleEvents.Queued(logger, job.Name, job.Operation.Name, moment);
        return true;
    }

    private TimeSpan UntilNextLook()
    {
        var now = time.GetUtcNow();
        var next = schedule.Jobs.Where(job => job.IsEnabled).Select(job => job.NextDue(now)).Min();
        return next is { } due && due - now < options.Value.CheckInterval ? due - now : options.Value.CheckInterval;
    }
}
