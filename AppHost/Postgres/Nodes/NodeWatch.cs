using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AppHost.Postgres.Nodes;

/// <summary>
/// Shows role, timeline and lag of each node, and starts a node again that died: nothing else would. It does so beside the orchestrator's events,
/// whose handlers would be called again while a start is under way, and waits longer each time.
/// </summary>
internal sealed partial class NodeWatch(PostgresClusterResource cluster, NodeControl control, ResourceNotificationService notifications, ResourceCommandService commands,
    TimeProvider time, ILogger<NodeWatch> logger) : BackgroundService
{
    // What a node ends with when it found something that another start will not change, such as data of another version.
    private const int NotToBeRestarted = 78;
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);
    // The dashboard draws its page anew with every update, under the hands of whoever has a menu open.
    private static readonly TimeSpan _figuresInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(30);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(cluster.Nodes.SelectMany(node => new[] { ShowAsync(node, stoppingToken), ReviveAsync(node, stoppingToken) }));

    private async Task ShowAsync(IResourceWithEndpoints node, CancellationToken cancellationToken)
    {
        await notifications.WaitForResourceAsync(node.Name, KnownResourceStates.Running, cancellationToken);
        using var timer = new PeriodicTimer(_interval, time);
        var told = "";
        string facts = "", figures = "";
        var shown = TimeSpan.MinValue;
        var started = time.GetTimestamp();
        do
        {
            if (await control.StatusAsync(cluster, node, cancellationToken) is { } status)
            {
                if (status.Phase == "Failed" && status.State != told)
                {
                    // The console is where somebody looks who waits for the start to end.
                    Failed(logger, node.Name, told = status.State);
                }

                var (newFacts, newFigures) = (string.Join('|', Facts(status).Select(p => p.Value)), string.Join('|', Figures(status).Select(p => p.Value)));
                var now = time.GetElapsedTime(started);
                if (newFacts != facts || (newFigures != figures && now - _figuresInterval >= shown))
                {
                    (facts, figures, shown) = (newFacts, newFigures, now);
                    await notifications.PublishUpdateAsync(node, snapshot => snapshot with { Properties = [.. snapshot.Properties.Where(Foreign), .. Facts(status), .. Figures(status)] });
                }
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private static bool Foreign(ResourcePropertySnapshot property) => !property.Name.StartsWith("postgres.", StringComparison.Ordinal);

    // Shown as soon as they change.
    private static IEnumerable<ResourcePropertySnapshot> Facts(NodeReport status)
    {
        yield return new("postgres.role", status.Role);
        yield return new("postgres.state", status.State);
        yield return new("postgres.timeline", status.Timeline?.ToString(CultureInfo.InvariantCulture) ?? "");
        if (status.Role == "Replica")
        {
            yield return new("postgres.streaming", status.Streaming ?? false);
        }

        yield return new("postgres.version", status.ServerVersion ?? "");
    }

    // They change all the time.
    private static IEnumerable<ResourcePropertySnapshot> Figures(NodeReport status)
    {
        yield return new("postgres.lsn", status.Lsn ?? "");
        if (status.Role == "Replica")
        {
            yield return new("postgres.lag.bytes", status.LagBytes?.ToString(CultureInfo.InvariantCulture) ?? "");
            yield return new("postgres.lag.seconds", status.LagSeconds?.ToString("0.0", CultureInfo.InvariantCulture) ?? "");
        }
    }

    private async Task ReviveAsync(IResourceWithEndpoints node, CancellationToken cancellationToken)
    {
        var pause = _interval;
        while (true)
        {
            var died = await notifications.WaitForResourceAsync(node.Name, Died, cancellationToken);
            if (died.Snapshot.ExitCode == NotToBeRestarted)
            {
                LeftDown(logger, node.Name);
                await notifications.WaitForResourceAsync(node.Name, KnownResourceStates.Running, cancellationToken);
                continue;
            }

            var lived = died.Snapshot.StopTimeStamp - died.Snapshot.StartTimeStamp;
            pause = lived > _longestPause ? _interval : pause;
            Reviving(logger, node.Name, died.Snapshot.ExitCode, pause.TotalSeconds);
            await Task.Delay(pause, time, cancellationToken);
            pause = TimeSpan.FromSeconds(Math.Min(pause.TotalSeconds * 2, _longestPause.TotalSeconds));

            // Somebody may have started it by hand meanwhile.
            if (notifications.TryGetCurrentState(died.ResourceId, out var now) && Died(now))
            {
                await commands.ExecuteCommandAsync(died.ResourceId, KnownResourceCommands.StartCommand, cancellationToken);
            }
        }
    }

    private static bool Died(ResourceEvent change) =>
        change.Snapshot.ExitCode is not (null or 0) && KnownResourceStates.TerminalStates.Contains(change.Snapshot.State?.Text);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Node}: {Reason}")]
    private static partial void Failed(ILogger logger, string node, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Node} found something that it cannot mend by itself; its log says what. Start it by its command when that is done.")]
    private static partial void LeftDown(ILogger logger, string node);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Node} ended with exit code {ExitCode}; it is started again in {Seconds} s.")]
    private static partial void Reviving(ILogger logger, string node, int? exitCode, double seconds);
}
