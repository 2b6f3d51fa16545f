using System.ComponentModel.DataAnnotations;

namespace MaintenanceWorker.Operations;

/// <summary>Configuration section <c>Operations</c>.</summary>
public sealed class OperationOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Operations";

    /// <summary>How many long runs this worker does at a time; 0 makes it take none. 0 to 16.</summary>
    [Range(0, 16)]
    public int MaxConcurrentRuns { get; set; } = 2;

    /// <summary>How long a run may go without a word from its worker before it counts as interrupted; 2 s to 10 min. A third of it passes between words; a run that is to be the only one of its kind stops after two thirds without a confirmed one.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "00:10:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often a worker looks for queued runs that somebody else queued; 100 ms to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long finished runs are kept; 1 to 3650 days.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan KeepRuns { get; set; } = TimeSpan.FromDays(90);
}
