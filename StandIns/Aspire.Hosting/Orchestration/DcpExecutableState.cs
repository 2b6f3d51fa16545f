namespace Aspire.Hosting.Orchestration;

/// <summary>
/// What is known of an executable at one moment. Its state is as dcp says: empty before the first attempt, then
/// Starting, Running, Stopping, Finished, Terminated, FailedToStart or Unknown.
/// </summary>
internal sealed record DcpExecutableState(
    string Name,
    string State,
    int? ProcessId,
    int? ExitCode,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt,
    bool Deleted)
{
    /// <summary>Nothing runs any more. 'Unknown' is what dcp reports of a process that it had to kill.</summary>
    public bool HasEnded => Deleted || State is "Finished" or "Terminated" or "FailedToStart" or "Unknown";

    /// <summary>It runs or ran.</summary>
    public bool HasStarted => ProcessId is not null && State is not ("" or "Starting" or "FailedToStart");

    internal static DcpExecutableState From(ExecutableObject executable, bool deleted = false)
    {
        var status = executable.Status;
        return new(
            executable.Metadata.Name,
            status?.State ?? "",
            status?.Pid is > 0 ? status.Pid : null,
            status?.ExitCode,
            status?.StartupTimestamp,
            status?.FinishTimestamp,
            deleted);
    }
}

/// <summary>Where a log line comes from; why a start failed is only in <see cref="System"/>.</summary>
internal enum DcpLogSource { StandardOutput, StandardError, System }

/// <summary>One line, and when dcp received it, if it said so.</summary>
internal sealed record DcpLogLine(DcpLogSource Source, string Text, DateTimeOffset? At);
