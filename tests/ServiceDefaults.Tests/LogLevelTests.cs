using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using ServiceDefaults.Logging;
using TelemetryForTests;

namespace ServiceDefaults.Tests;

/// <summary>Levels that are set while a real service runs, seen in what its loggers let through.</summary>
public sealed class LogLevelTests
{
    private static readonly DateTimeOffset _start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_level_counts_for_its_category_and_those_below_it_until_it_expires()
    {
        await using var probe = await Probe.StartAsync();
        Assert.False(probe.IsDebug("Shop.Orders"));
        await probe.SetAsync(() => probe.IsDebug("Shop.Orders"), new LogLevelOverride("Shop", LogLevel.Debug, _start.AddHours(1)));
        // Below it even where configuration or a provider has a rule of its own, but not beside it.
        Assert.True(probe.IsDebug("Shop") && probe.IsDebug("Shop.Quiet") && probe.IsDebug("Shop.Quiet.Deep"));
        Assert.False(probe.IsDebug("Other") || probe.IsDebug("Quiet"));

        probe.Source.IsAway = true;
        await probe.UntilAsync(() => probe.Source.Failures >= 2);
        Assert.True(probe.IsDebug("Shop.Orders"));
        probe.Clock.Advance(TimeSpan.FromHours(1));
        await probe.UntilAsync(() => !probe.IsDebug("Shop.Orders"));
        Assert.False(probe.IsDebug("Shop.Quiet"));
    }

    [Fact]
    public async Task Default_counts_for_what_configuration_does_not_name_and_a_part_for_itself()
    {
        await using var probe = await Probe.StartAsync();
        await probe.SetAsync(() => probe.IsDebug("Other"), new LogLevelOverride(LogLevelOverride.Default, LogLevel.Debug, null), new LogLevelOverride("Shop.Orders", LogLevel.Error, null));
        Assert.True(probe.IsDebug("Shop"));
        Assert.False(probe.IsDebug("Quiet") || probe.Logger("Shop.Orders").IsEnabled(LogLevel.Warning));
        await probe.SetAsync(() => !probe.IsDebug("Other"));
        Assert.True(probe.Logger("Shop.Orders").IsEnabled(LogLevel.Warning));
    }

    [Fact]
    public async Task What_is_exported_follows_too()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        // A provider's own rules count more than those for all.
        var settings = new Dictionary<string, string?>(receiver.Settings) { ["Logging:OpenTelemetry:LogLevel:Default"] = "Information", ["Logging:OpenTelemetry:LogLevel:Shop"] = "Warning" };
        await using (var probe = await Probe.StartAsync(settings))
        {
            probe.Write("Shop", "before the switch");
            await probe.SetAsync(() => probe.IsDebug("Shop"), new LogLevelOverride("Shop", LogLevel.Debug, null));
            probe.Write("Shop", "while it is switched");
            await probe.SetAsync(() => !probe.IsDebug("Shop"));
            probe.Write("Shop", "after the switch");
            Assert.Equal(["Debug: while it is switched"], probe.Log.Lines.Where(line => line.StartsWith("Debug", StringComparison.Ordinal) && line.Contains("switch", StringComparison.Ordinal)));
        }

        Assert.Contains("while it is switched", receiver.Logs, StringComparison.Ordinal);
        Assert.DoesNotContain("before the switch", receiver.Logs, StringComparison.Ordinal);
        Assert.DoesNotContain("after the switch", receiver.Logs, StringComparison.Ordinal);
    }

    private sealed class Probe(TestService service, FakeTimeProvider clock, Levels source, LogCollector log) : IAsyncDisposable
    {
        public FakeTimeProvider Clock { get; } = clock;

        public Levels Source { get; } = source;

        public LogCollector Log { get; } = log;

        public static async Task<Probe> StartAsync(Dictionary<string, string?>? settings = null)
        {
            var (clock, source, log) = (new FakeTimeProvider(_start), new Levels(), new LogCollector());
            var all = new Dictionary<string, string?>(settings ?? [])
            {
                ["Logging:LogLevel:Default"] = "Information", ["Logging:LogLevel:Shop.Quiet"] = "Error", ["Logging:LogLevel:Quiet"] = "Error",
                [$"Logging:{typeof(LogCollector).FullName}:LogLevel:Shop.Quiet.Deep"] = "Critical",
            };
            var service = await TestService.StartAsync(all, builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(clock);
                builder.Services.AddSingleton(source);
                builder.AddLogLevels<Levels.Reader>();
                builder.Logging.AddProvider(log);
            });
            return new(service, clock, source, log);
        }

        public ILogger Logger(string category) => service.App.Services.GetRequiredService<ILoggerFactory>().CreateLogger(category);

        public bool IsDebug(string category) => Logger(category).IsEnabled(LogLevel.Debug);

#pragma warning disable CA1848, CA2254 // A test of levels, not of messages.
        public void Write(string category, string message) => Logger(category).LogDebug(message);
#pragma warning restore CA1848, CA2254

        public Task SetAsync(Func<bool> isSeen, params LogLevelOverride[] overrides)
        {
            Source.Current = overrides;
            return UntilAsync(isSeen);
        }

        public async Task UntilAsync(Func<bool> condition)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (!condition())
            {
                Clock.Advance(TimeSpan.FromSeconds(1));
                await Task.Delay(10, limit.Token);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await service.DisposeAsync();
            Log.Dispose();
        }
    }

    private sealed class Levels
    {
        public IReadOnlyList<LogLevelOverride> Current { get; set; } = [];

        public bool IsAway { get; set; }

        public int Failures { get; private set; }

        public sealed class Reader(Levels levels) : ILogLevelSource
        {
            public Task<IReadOnlyList<LogLevelOverride>> ReadAsync(CancellationToken cancellationToken)
            {
                if (!levels.IsAway)
                    return Task.FromResult(levels.Current);
                levels.Failures++;
                throw new IOException("It is away.");
            }
        }
    }
}
