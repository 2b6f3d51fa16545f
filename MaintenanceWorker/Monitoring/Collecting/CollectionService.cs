using MaintenanceWorker.HealthReport;
using MaintenanceWorker.Monitoring.Instruments;
using MaintenanceWorker.Monitoring.Servers;
using Microsoft.Extensions.Options;

namespace MaintenanceWorker.Monitoring.Collecting;

/// <summary>One loop for each server and node, so that a slow one holds nobody up.</summary>
internal sealed class CollectionService(
    DatabaseServers servers, NodeCollector nodes, PublishingTurn turn, Board board, MetricPublisher publisher,
    IOptions<MonitoringOptions> options, IOptions<AlertsOptions> alerts, TimeProvider time, ILogger<ServerCollector> logger) : BackgroundService
{
    private static readonly TimeSpan LongestTurnInterval = TimeSpan.FromSeconds(5);
    private readonly UnusedIndexes _indexes = new();

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
    [
        AskForTurnAsync(stoppingToken),
        .. servers.All.Select(server =>
        {
            var collector = new ServerCollector(server, board, _indexes, options.Value, alerts.Value.QueryPerformance.SlowQueryThresholdMs, time, logger);
            return RepeatAsync(options.Value.Interval, collector.CollectAsync, stoppingToken);
        }),
        .. nodes.All.Select(node => RepeatAsync(options.Value.Interval, token => nodes.CollectAsync(node, token), stoppingToken)),
    ]);

    private async Task AskForTurnAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.Value.Interval < LongestTurnInterval ? options.Value.Interval : LongestTurnInterval, time);
        do
        {
            await turn.AskAsync(cancellationToken);
            if (!turn.IsOurs)
                board.Clear();
            publisher.RenewWhenWorn();
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private async Task RepeatAsync(TimeSpan interval, Func<CancellationToken, Task> collect, CancellationToken cancellationToken)
    {
        await turn.Decided.WaitAsync(cancellationToken);
        using var timer = new PeriodicTimer(interval, time);
        do
        {
            if (turn.IsOurs)
                await collect(cancellationToken);
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }
}
