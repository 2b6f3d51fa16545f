using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ServiceDefaults.Logging;

/// <summary>Follows the source. Where that is away, the last levels count on until they expire.</summary>
internal sealed partial class LogLevelFollower(ILogLevelSource source, LogLevelSwitch levels, TimeProvider time, IOptions<LogLevelOptions> options, ILogger<LogLevelFollower> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        IReadOnlyList<LogLevelOverride> known = [];
        var lost = false;
        using var timer = new PeriodicTimer(options.Value.PollInterval, time);
        try
        {
            do
            {
                try
                {
                    known = await source.ReadAsync(stoppingToken);
                    lost = false;
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    if (!lost)
                        LogLost(e.Message);
                    lost = true;
                }

                var now = time.GetUtcNow();
                var current = known.Where(level => !(level.ExpiresAt <= now)).OrderBy(level => level.Category, StringComparer.Ordinal).ToList();
                if (levels.Set(current))
                    LogChanged(current.Count == 0 ? "those of configuration" : string.Join(", ", current.Select(level => $"{level.Category}={level.Level} until {(level.ExpiresAt is { } end ? $"{end:u}" : "reset")}")));
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    [LoggerMessage(LogLevel.Warning, "Logging levels are now {Levels}")]
    private partial void LogChanged(string levels);

    [LoggerMessage(LogLevel.Warning, "Logging levels cannot be read; the last ones count until they expire: {Error}")]
    private partial void LogLost(string error);
}
