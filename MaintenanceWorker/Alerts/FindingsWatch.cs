using MaintenanceWorker.HealthReport;
using MaintenanceWorker.Monitoring;
using MaintenanceWorker.Monitoring.Collecting;
using Microsoft.Extensions.Options;

namespace MaintenanceWorker.Alerts;

/// <summary>Keeps the findings current, and says when one begins and when it ends.</summary>
internal sealed partial class FindingsWatch(
    HealthReporter reporter, IOptions<MonitoringOptions> options, TimeProvider time, ILogger<FindingsWatch> logger, PublishingTurn? turn = null) : BackgroundService
{
    private IReadOnlyList<Finding> _told = [];
    private readonly DateTimeOffset _began = time.GetUtcNow();
    private DatabaseHealthReport? _last;

    /// <summary>The last report; null before the first and when it is too old to be believed.</summary>
    public DatabaseHealthReport? Last => _last is { } last && time.GetUtcNow() - last.Timestamp < Believed ? last : null;

    /// <summary>Whether the last look, or the start where there was none, is too long ago.</summary>
    public bool IsBlind => time.GetUtcNow() - (_last?.Timestamp ?? _began) >= Believed;

    // Servers that hang make a report take as long as they are waited for.
    private TimeSpan Believed => (3 * options.Value.Interval) + (4 * (options.Value.ConnectTimeout + options.Value.StatementTimeout));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (turn is not null)
            await turn.Decided.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(options.Value.Interval, time);
        do
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception unforeseen) when (!stoppingToken.IsCancellationRequested)
            {
                LogBroken(unforeseen);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var report = await reporter.ReportAsync(ReportExtent.Judged, cancellationToken);
        _last = report;
        // Every worker knows the findings; the one that publishes tells them. Who takes over tells them again: nobody knows what the last one came to say.
        if (turn is not null && !turn.IsOurs)
            return;
        Tell(_told, report.Findings);
        _told = report.Findings;
    }

    private void Tell(IReadOnlyList<Finding> before, IReadOnlyList<Finding> now)
    {
        foreach (var finding in now.Where(finding => !before.Any(old => Same(old, finding) && old.Severity == finding.Severity)))
        {
            var level = LevelOf(finding.Severity);
            LogBegan(level, finding.Rule, finding.Subject, finding.Severity, finding.Message);
        }

        foreach (var finding in before.Where(old => !now.Any(finding => Same(old, finding))))
            LogEnded(finding.Rule, finding.Subject, finding.Message);
    }

    private static bool Same(Finding one, Finding other) => one.Rule == other.Rule && one.Subject == other.Subject;

    private static LogLevel LevelOf(AlertSeverity severity) => severity switch
    {
        AlertSeverity.Info => LogLevel.Information,
        AlertSeverity.Warning => LogLevel.Warning,
        _ => LogLevel.Error,
    };

    [LoggerMessage(EventId = AlertEvents.Began, Message = "Alert {Rule} {Subject} ({Severity}): {Finding}")]
    private partial void LogBegan(LogLevel level, string rule, string subject, AlertSeverity severity, string finding);

    [LoggerMessage(AlertEvents.Ended, LogLevel.Information, "Over: alert {Rule} {Subject}: {Finding}")]
    private partial void LogEnded(string rule, string subject, string finding);

    [LoggerMessage(AlertEvents.LookBroken, LogLevel.Error, "The findings could not be looked for; they are looked for again all the same. Please report this with what follows")]
    private partial void LogBroken(Exception unforeseen);
}
