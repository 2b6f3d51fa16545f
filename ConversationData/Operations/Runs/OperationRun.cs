namespace ConversationData.Operations.Runs;

/// <summary>One time that an operation was done, or is to be.</summary>
public sealed class OperationRun
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; set; }

    /// <summary>The operation's name in the catalogue.</summary>
    public string Operation { get; set; } = "";

    /// <summary>The arguments by name, as text; secrets are masked.</summary>
    public string Arguments { get; set; } = "{}";

    /// <summary>Whether it only says what it would do.</summary>
    public bool DryRun { get; set; }

    /// <summary>Of the runs in a lane at most one is running; null for no such limit.</summary>
    public string? Lane { get; set; }

    /// <summary>How far it got.</summary>
    public RunState State { get; set; }

    /// <summary>Name of the key, or of the job, that asked for it.</summary>
    public string RequestedBy { get; set; } = "";

    /// <summary>http, cli, dashboard or schedule.</summary>
    public string RequestedThrough { get; set; } = "";

    /// <summary>When it was asked for.</summary>
    public DateTimeOffset RequestedAt { get; set; }

    /// <summary>The client's key: asking again with it gives this run.</summary>
    public string? IdempotencyKey { get; set; }

    /// <summary>The job of the schedule that it belongs to.</summary>
    public string? Job { get; set; }

    /// <summary>The moment of the schedule that it stands for; at most one run a job and moment.</summary>
    public DateTimeOffset? ScheduledFor { get; set; }

    /// <summary>It is not begun from then on; null for no such limit.</summary>
    public DateTimeOffset? BeginBefore { get; set; }

    /// <summary>The worker that took it.</summary>
    public string? Worker { get; set; }

    /// <summary>When it was taken.</summary>
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>When its worker last said that it is at it.</summary>
    public DateTimeOffset? HeartbeatAt { get; set; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>When somebody asked to end it.</summary>
    public DateTimeOffset? CancelRequestedAt { get; set; }

    /// <summary>Who asked to end it.</summary>
    public string? CancelRequestedBy { get; set; }

    /// <summary>How much is done, 0 to 1; null when that cannot be said.</summary>
    public double? Progress { get; set; }

    /// <summary>What it is at.</summary>
    public string? ProgressText { get; set; }

    /// <summary>How it ended, in one sentence.</summary>
    public string? Summary { get; set; }

    /// <summary>Whether the result is one that somebody should look at.</summary>
    public bool NeedsAttention { get; set; }

    /// <summary>What it found or did, as JSON in the order it was written; secrets are masked.</summary>
    public string? Result { get; set; }

    /// <summary>Why it failed, and what to do.</summary>
    public string? Error { get; set; }

    /// <summary>Where its spans are to be found.</summary>
    public string? TraceId { get; set; }
}
