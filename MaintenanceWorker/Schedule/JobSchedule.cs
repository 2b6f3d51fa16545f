using MaintenanceWorker.Operations;
using Microsoft.Extensions.Options;

namespace MaintenanceWorker.Schedule;

/// <summary>The jobs, read from configuration when they are first asked for.</summary>
internal sealed class JobSchedule(IOptions<ScheduleOptions> options, IOptions<OperationOptions> operations, TimeProvider time)
{
    private readonly Lazy<IReadOnlyList<ScheduledJob>> _jobs = new(() => Read(options.Value, operations.Value, time, []));

    /// <summary>In the order of their names.</summary>
    public IReadOnlyList<ScheduledJob> Jobs => _jobs.Value;

    /// <exception cref="OperationFailedException">There is no job of that name.</exception>
    public ScheduledJob Find(string name) => Jobs.FirstOrDefault(job => job.Name == name)
        ?? throw new OperationFailedException($"There is no job '{name}'. {(Jobs.Count == 0 ? "The schedule is empty." : $"There are {string.Join(", ", Jobs.Select(job => job.Name))}.")}");

    /// <summary>Reads those jobs that nothing is wrong with.</summary>
    public static IReadOnlyList<ScheduledJob> Read(ScheduleOptions options, OperationOptions operations, TimeProvider time, List<string> errors) =>
        [.. options.Jobs.OrderBy(job => job.Key, StringComparer.Ordinal).Select(job => JobReading.Read(job.Key, job.Value, operations.KeepRuns, time.GetUtcNow(), errors)).OfType<ScheduledJob>()];
}
