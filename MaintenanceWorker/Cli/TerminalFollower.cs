using System.Diagnostics;
using System.Globalization;
using MaintenanceWorker.Operations.Http;

namespace MaintenanceWorker.Cli;

/// <summary>Follows a run to its end: its log and a progress bar on standard error, so that standard output keeps the result.</summary>
internal sealed class TerminalFollower(OperationsClient worker, TextWriter error, bool isTerminal)
{
    private const int BarWidth = 24;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private int _line;
    private string _shown = "";

    /// <summary>Comes back when the run has ended, or with a <see cref="CliException"/> when it was stopped from following.</summary>
    public async Task<RunView> FollowAsync(Guid id, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var run = await LookAsync(id, cancellationToken);
                if (run.FinishedAt is not null)
                {
                    Clear();
                    return run;
                }

                Show(run);
                await Task.Delay(_pause, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Clear();
            throw new CliException(ExitCode.Stopped, $"No longer following; the run goes on. 'run {id} --follow' follows it again, 'cancel-run {id}' ends it.");
        }
    }

    // A worker that restarts, or a database whose roles change, is away for a moment, and the run may go on all the same.
    private async Task<RunView> LookAsync(Guid id, CancellationToken cancellationToken)
    {
        for (var since = Stopwatch.StartNew(); ; await Task.Delay(_pause, cancellationToken))
        {
            try
            {
                var run = await worker.RunAsync(id, cancellationToken);
                await WriteLogAsync(id, cancellationToken);
                return run;
            }
            catch (CliException e) when (e.ExitCode == ExitCode.Unreachable)
            {
                if (since.Elapsed > _patience)
                    throw new CliException(ExitCode.Unreachable, $"{e.Message} The run may go on: 'run {id} --follow' follows it again.");
            }
        }
    }

    private async Task WriteLogAsync(Guid id, CancellationToken cancellationToken)
    {
        await foreach (var line in worker.LogAsync(id, _line, cancellationToken))
        {
            Clear();
            await error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{line.LoggedAt:HH:mm:ss} {(line.Level == "information" ? "" : line.Level + ": ")}{line.Message}"));
            _line = line.Line;
        }
    }

    private void Show(RunView run)
    {
        var text = run.State == "queued" ? "waiting for a worker" : run.ProgressText ?? "at work";
        if (!isTerminal)
        {
            if (text != _shown)
                error.WriteLine(run.Progress is { } fraction ? string.Create(CultureInfo.InvariantCulture, $"{fraction:P0} {text}") : text);
            _shown = text;
            return;
        }

        Clear();
        _shown = run.Progress is { } done
            ? string.Create(CultureInfo.InvariantCulture, $"[{new string('#', (int)(done * BarWidth)).PadRight(BarWidth, '-')}] {done:P0} {text}")
            : text;
        error.Write(_shown);
    }

    private void Clear()
    {
        if (isTerminal && _shown.Length > 0)
            error.Write($"\r{new string(' ', _shown.Length)}\r");
        if (isTerminal)
            _shown = "";
    }
}
