using Microsoft.Extensions.Logging;

namespace AppHost.Operations;

/// <summary>Follows a run to its end: its log and its progress become lines of the worker's own log.</summary>
internal sealed partial class RunFollower(WorkerClient worker, ILogger logger)
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(500);
    private int _line;
    private (double? Progress, string? Text) _shown;

    public async Task<WorkerRun> FollowAsync(WorkerRun begun, CancellationToken cancellationToken)
    {
        while (true)
        {
            // The log after the run: who has seen the end has then seen all of the log.
            var run = await worker.FindAsync(begun.Id, cancellationToken);
            await ShowLogAsync(run, cancellationToken);
            if (run.FinishedAt is not null)
            {
                return run;
            }

            Show((run.Progress, run.ProgressText));
            await Task.Delay(_pause, cancellationToken);
        }
    }

    private async Task ShowLogAsync(WorkerRun run, CancellationToken cancellationToken)
    {
        while (await worker.LogAsync(run.Id, _line, cancellationToken) is { Count: > 0 } lines)
        {
            foreach (var line in lines)
            {
                var level = LevelOf(line.Level);
                LogLine(logger, level, line.Message);
            }

            _line = lines[^1].Line;
        }
    }

    private void Show((double? Progress, string? Text) progress)
    {
        if (progress != _shown && progress.Text is { } text)
        {
            LogProgress(logger, (progress.Progress ?? 0) * 100, text);
        }

        _shown = progress;
    }

    private static LogLevel LevelOf(string level) => level switch
    {
        "error" => LogLevel.Error,
        "warning" => LogLevel.Warning,
        _ => LogLevel.Information,
    };

    [LoggerMessage("{Line}")]
    private static partial void LogLine(ILogger logger, LogLevel level, string line);

    [LoggerMessage(LogLevel.Information, "{Percent:0} % {Text}")]
    private static partial void LogProgress(ILogger logger, double percent, string text);
}
