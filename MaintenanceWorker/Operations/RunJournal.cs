using MaintenanceWorker.Operations.Runs;

namespace MaintenanceWorker.Operations;

/// <summary>A line of a run's log.</summary>
/// <param name="Number">1 for the first.</param>
/// <param name="At">When it was said.</param>
/// <param name="Level">Information, warning or error.</param>
/// <param name="Message">What was said.</param>
internal sealed record JournalLine(int Number, DateTimeOffset At, LogLevel Level, string Message);

/// <summary>How far a run is.</summary>
/// <param name="Fraction">0 to 1; null when that cannot be said.</param>
/// <param name="Text">What it is at.</param>
internal sealed record RunProgress(double? Fraction, string? Text);

/// <summary>What a run says, until it is written to the database: a run goes on while the database is away.</summary>
internal sealed class RunJournal(TimeProvider time, ILogger logger)
{
    private readonly Lock _lock = new();
    private List<JournalLine> _lines = [];
    private int _said;
    private RunProgress _progress = new(null, null);

    /// <summary>The newest progress.</summary>
    public RunProgress Progress
    {
        get
        {
            lock (_lock)
                return _progress;
        }
    }

    public void Add(LogLevel level, string message)
    {
        RunEvents.Said(logger, level, message);
        lock (_lock)
            _lines.Add(new(++_said, time.GetUtcNow(), level, message));
    }

    public void Report(double? fraction, string text)
    {
        lock (_lock)
            _progress = new(fraction, text);
    }

    /// <summary>Writes the lines since the last time; keeps them when that fails.</summary>
    public async Task FlushAsync(Guid run, RunRecord record, CancellationToken cancellationToken)
    {
        List<JournalLine> taken;
        lock (_lock)
            (taken, _lines) = (_lines, []);
        try
        {
            await record.AppendAsync(run, taken, cancellationToken);
        }
        catch
        {
            lock (_lock)
                _lines.InsertRange(0, taken);
            throw;
        }
    }
}
