namespace MaintenanceWorker.Cli;

/// <summary>How the CLI ends; documented in docs/operations.md.</summary>
internal enum ExitCode
{
    /// <summary>Done; nothing to look at.</summary>
    Done = 0,

    /// <summary>Done; the result needs attention: alerts, failed checks.</summary>
    NeedsAttention = 1,

    /// <summary>The command line is wrong; nothing was done.</summary>
    Usage = 2,

    /// <summary>The operation failed, was cancelled or interrupted.</summary>
    Failed = 3,

    /// <summary>No worker answers, or it cannot reach the database.</summary>
    Unreachable = 4,

    /// <summary>The key is missing, not known, or may not do this.</summary>
    Refused = 5,

    /// <summary>Stopped by Ctrl+C; a run that was being followed goes on.</summary>
    Stopped = 130,
}
