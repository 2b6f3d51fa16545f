using System.ComponentModel.DataAnnotations;

namespace MaintenanceWorker.Schedule;

/// <summary>Configuration section <c>Schedule</c>.</summary>
public sealed class ScheduleOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Schedule";

    /// <summary>How often the clock is looked at, so that one that jumps is noticed; 100 ms to 1 min. A moment that is near is not waited past.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan CheckInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The jobs by name. What configuration says of a job that is there by default changes it; <c>Enabled: false</c> takes it away.</summary>
    public Dictionary<string, JobOptions> Jobs { get; } = new(StringComparer.OrdinalIgnoreCase)
    {
        // Before the vacuum, which then finds what this left. A day without it costs nothing, a month does: it is run whenever a worker comes back.
        ["prune-history"] = new() { Operation = "prune-history", Cron = "30 2 * * *", CatchUp = TimeSpan.FromHours(23) },
        ["vacuum-analyze"] = new() { Operation = "vacuum-analyze", Cron = "0 3 * * *" },
        ["build-vector-index"] = new() { Operation = "build-vector-index", Cron = "25 * * * *" },
    };
}
