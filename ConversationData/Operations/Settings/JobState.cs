namespace ConversationData.Operations.Settings;

/// <summary>What the workers must agree on about a job of the schedule; the job itself is configuration.</summary>
public sealed class JobState
{
    /// <summary>The job's name.</summary>
    public string Name { get; set; } = "";

    /// <summary>Its cron expression and time zone as they were last seen.</summary>
    public string? Schedule { get; set; }

    /// <summary>Moments before do not count: when it was first seen, changed or resumed.</summary>
    public DateTimeOffset? CountsFrom { get; set; }

    /// <summary>Since when it does not run; null when it does.</summary>
    public DateTimeOffset? PausedAt { get; set; }

    /// <summary>Who paused it.</summary>
    public string? PausedBy { get; set; }

    /// <summary>The last moment that was decided not to be run.</summary>
    public DateTimeOffset? SkippedFor { get; set; }

    /// <summary>Why that was.</summary>
    public string? SkippedReason { get; set; }
}
