using MaintenanceWorker.Alerts;
using MaintenanceWorker.Monitoring.Instruments;
using MaintenanceWorker.Monitoring.Servers;
using Microsoft.Extensions.Options;

namespace MaintenanceWorker.Monitoring.Collecting;

/// <summary>One loop for each server and node, so that a slow one holds nobody up.</summary>
internal sealed partial class CollectionService(
    DatabaseServers servers, NodeCollector nodes, PublishingTurn turn, Board board, MetricPublisher publisher,
    IOptions<MonitoringOptions> options, IOptions<AlertsOptions> alerts, TimeProvider time, ILogger<ServerCollector> logger) : BackgroundService
{
    private static readonly TimeSpan _longestTurnInterval = TimeSpan.FromSeconds(5);
    private readonly UnusedIndexes _indexes = new();

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
    [
        RepeatAsync(TurnInterval, AskForTurnAsync, stoppingToken),
        .. servers.All.Select(server =>
        {
            var collector = new ServerCollector(server, board, _indexes, options.Value, alerts.Value.QueryPerformance.SlowQueryThresholdMs, time, logger);
            return RepeatInTurnAsync(collector.CollectAsync, stoppingToken);
        }),
        .. nodes.All.Select(node => RepeatInTurnAsync(token => nodes.CollectAsync(node, token), stoppingToken)),
    ]);

    private TimeSpan TurnInterval => options.Value.Interval < _longestTurnInterval ? options.Value.Interval : _longestTurnInterval;

    private async Task AskForTurnAsync(CancellationToken cancellationToken)
    {
        await turn.AskAsync(cancellationToken);
        if (!turn.IsOurs)
            board.Clear();
        publisher.RenewWhenWorn();
    }

    private async Task RepeatInTurnAsync(Func<CancellationToken, Task> collect, CancellationToken cancellationToken)
    {
        await turn.Decided.WaitAsync(cancellationToken);
        await RepeatAsync(options.Value.Interval, token => turn.IsOurs ? collect(token) : Task.CompletedTask, cancellationToken);
    }

    private async Task RepeatAsync(TimeSpan interval, Func<CancellationToken, Task> round, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        do
        {
            try
            {
                await round(cancellationToken);
            }
            catch (Exception unforeseen) when (!cancellationToken.IsCancellationRequested)
            {
                LogBroken(unforeseen);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    [LoggerMessage(MonitoringEvents.RoundBroken, LogLevel.Error, "A round of the collection broke off; the next one is made all the same. Please report this with what follows")]
    private partial void LogBroken(Exception unforeseen);
}
