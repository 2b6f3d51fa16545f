namespace MaintenanceWorker.Cli;

/// <summary>Ends the CLI.</summary>
/// <param name="exitCode">With this.</param>
/// <param name="message">After saying this.</param>
internal sealed class CliException(ExitCode exitCode, string message) : Exception(message)
{
    public ExitCode ExitCode { get; } = exitCode;
}
