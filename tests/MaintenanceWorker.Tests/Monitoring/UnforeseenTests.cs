using MailForTests;
using MaintenanceWorker.Alerts;
using MaintenanceWorker.HealthReport;
using MaintenanceWorker.Monitoring;
using MaintenanceWorker.Monitoring.Collecting;
using MaintenanceWorker.Monitoring.Instruments;
using MaintenanceWorker.Monitoring.Servers;
using MaintenanceWorker.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using ServiceDefaults;

namespace MaintenanceWorker.Tests.Monitoring;

/// <summary>Errors that nobody foresaw, made here by a clock that breaks: they cost a round and are logged.</summary>
public sealed class UnforeseenTests : IAsyncDisposable
{
    private static readonly IOptions<MonitoringOptions> _often = Options.Create(new MonitoringOptions { Interval = TimeSpan.FromMilliseconds(50), ConnectTimeout = TimeSpan.FromSeconds(1) });
    private static readonly IOptions<AlertsOptions> _alerts = Options.Create(new AlertsOptions());
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));
    private readonly LogLines _log = new();
    private readonly ILoggerFactory _loggers;
    private readonly DatabaseServers _servers;

    public UnforeseenTests()
    {
        _loggers = LoggerFactory.Create(logging => logging.AddProvider(_log));
        var nobody = new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:conversations", "Host=127.0.0.1;Port=1;Username=nobody;Database=nowhere")]).Build();
        _servers = new(nobody, _often, TimeProvider.System);
    }

    [Fact]
    public async Task The_findings_are_looked_for_again()
    {
        using var watch = new FindingsWatch(new HealthReporter(_servers, _alerts, new BreakingClock()), _often, TimeProvider.System, _loggers.CreateLogger<FindingsWatch>());
        await watch.StartAsync(_limit.Token);
        while (watch.Last is null)
            await Task.Delay(20, _limit.Token);
        await watch.StopAsync(_limit.Token);

        Assert.Single(_log.Lines, line => line.Contains("The findings could not be looked for", StringComparison.Ordinal) && line.Contains(BreakingClock.Words, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_watch_that_sees_nothing_any_more_says_so()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        using var watch = new FindingsWatch(new HealthReporter(_servers, _alerts, new EndingClock(clock)), _often, clock, _loggers.CreateLogger<FindingsWatch>());
        var check = new FindingsCheck(watch);
        Assert.Equal(HealthStatus.Healthy, (await check.CheckHealthAsync(new(), _limit.Token)).Status);
        await watch.StartAsync(_limit.Token);
        while (watch.Last is null)
            await Task.Delay(20, _limit.Token);
        Assert.Contains("no primary answers", (await check.CheckHealthAsync(new(), _limit.Token)).Description, StringComparison.Ordinal);

        clock.Advance(TimeSpan.FromMinutes(2));
        while (!_log.Lines.Any(line => line.Contains("The findings could not be looked for", StringComparison.Ordinal)))
            await Task.Delay(20, _limit.Token);
        var blind = await check.CheckHealthAsync(new(), _limit.Token);
        await watch.StopAsync(_limit.Token);
        Assert.Equal(HealthStatus.Degraded, blind.Status);
        Assert.Contains("has not been looked at", blind.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_next_round_of_a_collection_is_made()
    {
        await using var services = new ServiceCollection().AddHttpClient().BuildServiceProvider();
        var board = new Board(TimeProvider.System);
        await using var turn = new PublishingTurn(_servers, _loggers.CreateLogger<PublishingTurn>());
        using var publisher = new MetricPublisher(board, _servers, new ServiceIdentity("tests", "0.0.0"), _often);
        var nodes = new NodeCollector(new NodeClient(services.GetRequiredService<IHttpClientFactory>()), board, Options.Create(new NodesOptions()), _often, TimeProvider.System, _loggers.CreateLogger<NodeCollector>());
        using var collection = new CollectionService(_servers, nodes, turn, board, publisher, _often, _alerts, new BreakingClock(), _loggers.CreateLogger<ServerCollector>());
        await collection.StartAsync(_limit.Token);
        while (!board.Of(PlatformMetrics.Up).Any())
            await Task.Delay(20, _limit.Token);
        await collection.StopAsync(_limit.Token);

        Assert.Single(_log.Lines, line => line.Contains("A round of the collection broke off", StringComparison.Ordinal) && line.Contains(BreakingClock.Words, StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        await _servers.DisposeAsync();
        _loggers.Dispose();
        _log.Dispose();
        _limit.Dispose();
    }

    /// <summary>Knows the time once.</summary>
    private sealed class EndingClock(TimeProvider clock) : TimeProvider
    {
        private int _asked;

        public override DateTimeOffset GetUtcNow() => Interlocked.Increment(ref _asked) == 1 ? clock.GetUtcNow() : throw new InvalidOperationException(BreakingClock.Words);
    }

    /// <summary>Does not know the time when it is asked first.</summary>
    private sealed class BreakingClock : TimeProvider
    {
        public const string Words = "The clock is broken.";
        private int _asked;

        public override DateTimeOffset GetUtcNow() => Interlocked.Increment(ref _asked) == 1 ? throw new InvalidOperationException(Words) : base.GetUtcNow();
    }
}
