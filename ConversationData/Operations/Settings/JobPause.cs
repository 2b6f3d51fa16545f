namespace ConversationData.Operations.Settings;

/// <summary>What is kept about a job of the schedule; the job itself is configuration.</summary>
public sealed class JobPause
{
    /// <summary>The job's name.</summary>
    public string Name { get; set; } = "";

    /// <summary>Since when it does not run; null when it does.</summary>
    public DateTimeOffset? PausedAt { get; set; }

    /// <summary>Who paused it.</summary>
    public string? PausedBy { get; set; }
}
