using OperationsCatalogue;

namespace MaintenanceWorker.Operations;

/// <summary>One call of an operation, as its handler sees it.</summary>
/// <param name="Operation">What is called.</param>
/// <param name="Arguments">Its arguments, checked, with defaults.</param>
/// <param name="DryRun">Whether only to say what would be done.</param>
/// <param name="Caller">Name of the key or job that asked.</param>
/// <param name="Journal">Where to say how it goes.</param>
internal sealed record OperationCall(Operation Operation, ArgumentValues Arguments, bool DryRun, string Caller, RunJournal Journal)
{
    /// <summary>Writes a line into the run's log.</summary>
    public void Log(string message) => Journal.Add(LogLevel.Information, message);

    /// <summary>Writes a line into the run's log that somebody should see.</summary>
    public void Warn(string message) => Journal.Add(LogLevel.Warning, message);

    /// <summary>Says how far it is.</summary>
    /// <param name="done">How many parts are done.</param>
    /// <param name="total">Of how many.</param>
    /// <param name="text">What it is at.</param>
    public void Progress(long done, long total, string text) => Journal.Report(total <= 0 ? null : Math.Clamp((double)done / total, 0, 1), text);
}
