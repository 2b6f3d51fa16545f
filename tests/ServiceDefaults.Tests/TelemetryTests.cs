using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TelemetryForTests;

namespace ServiceDefaults.Tests;

/// <summary>Sources and meters belong to the process, so nothing else runs beside these.</summary>
[CollectionDefinition(nameof(TelemetryTests), DisableParallelization = true)]
[Collection(nameof(TelemetryTests))]
public sealed partial class TelemetryTests : IDisposable
{
    private readonly ActivitySource _source = new("ConversationPlatform.Probe");
    private readonly Meter _meter = new("ConversationPlatform.Probe");

    public void Dispose()
    {
        _source.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public async Task Traces_metrics_and_logs_leave_for_the_collector()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using (var service = await StartProbe(receiver))
        {
            Assert.Equal("done", await service.Client.GetStringAsync("/task/7"));
            (await service.NewClient().GetAsync(new Uri(service.Address, "/task/8"))).EnsureSuccessStatusCode();
        }

        Assert.Contains("probe.span", receiver.Traces, StringComparison.Ordinal);
        Assert.Contains("GET /task/{id}", receiver.Traces, StringComparison.Ordinal);
        Assert.Contains("http.response.status_code", receiver.Traces, StringComparison.Ordinal);
        Assert.Contains("url.path", receiver.Traces, StringComparison.Ordinal);
        Assert.Contains("url.full", receiver.Traces, StringComparison.Ordinal);
        Assert.Contains("probe.count", receiver.Metrics, StringComparison.Ordinal);
        Assert.Contains("http.server.request.duration", receiver.Metrics, StringComparison.Ordinal);
        Assert.Contains("http.client.request.duration", receiver.Metrics, StringComparison.Ordinal);
        Assert.Contains("kestrel.active_connections", receiver.Metrics, StringComparison.Ordinal);
        Assert.Contains("dotnet.gc.collections", receiver.Metrics, StringComparison.Ordinal);
        Assert.Contains("Worked on 7", receiver.Logs, StringComparison.Ordinal);
        Assert.Contains("scope-of-probe", receiver.Logs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_throws_leaves_a_span_with_the_error()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using (var service = await TestService.StartAsync(receiver.Settings,
            map: app => app.MapGet("/broken", string () => throw new InvalidOperationException("it broke"))))
            await service.Client.GetAsync("/broken");

        Assert.Contains("GET /broken", receiver.Traces, StringComparison.Ordinal);
        Assert.Contains("it broke", receiver.Traces, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probes_of_health_and_what_they_do_are_in_no_trace()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using (var service = await StartProbe(receiver, builder => builder.Services.AddHealthChecks().AddCheck("traced", () =>
        {
            using var activity = _source.StartActivity("span.of.check");
            return default;
        })))
        {
            await service.Client.GetAsync("/health");
            await service.Client.GetAsync("/alive");
            await service.Client.GetAsync("/task/1");
        }

        Assert.Contains("/task/{id}", receiver.Traces, StringComparison.Ordinal);
        Assert.DoesNotContain("GET /health", receiver.Traces, StringComparison.Ordinal);
        Assert.DoesNotContain("GET /alive", receiver.Traces, StringComparison.Ordinal);
        Assert.DoesNotContain("HttpRequestIn", receiver.Traces, StringComparison.Ordinal);
        Assert.DoesNotContain("span.of.check", receiver.Traces, StringComparison.Ordinal);
        Assert.DoesNotContain("/alive", receiver.Metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signals_carry_the_name_of_the_application()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using (var service = await StartProbe(receiver))
            await service.Client.GetAsync("/task/1");

        var name = "service.name";
        Assert.All([receiver.Traces, receiver.Metrics, receiver.Logs], signal => Assert.Contains(name, signal, StringComparison.Ordinal));
    }

    [Fact]
    public void An_endpoint_that_is_no_address_is_refused_by_name()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] = "collector";
        var refused = Assert.Throws<InvalidOperationException>(() => builder.AddServiceDefaults());
        Assert.Contains("OTEL_EXPORTER_OTLP_ENDPOINT", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_endpoint_one_debug_line_says_that_nothing_is_exported()
    {
        using var log = new LogCollector();
        await using (await TestService.StartAsync(configure: builder => builder.Logging.AddProvider(log).SetMinimumLevel(LogLevel.Debug)))
        {
        }

        Assert.Single(log.Lines, line => line.StartsWith("Debug: Telemetry is not exported", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Adding_the_defaults_twice_changes_nothing()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using (var service = await StartProbe(receiver, builder => builder.AddServiceDefaults()))
            await service.Client.GetAsync("/task/3");

        Assert.Equal(2, receiver.Logs.Split("Worked on 3").Length);
    }

    private Task<TestService> StartProbe(OtlpReceiver receiver, Action<IHostApplicationBuilder>? configure = null)
    {
        var counter = _meter.CreateCounter<int>("probe.count");
        return TestService.StartAsync(receiver.Settings, configure, app => app.MapGet("/task/{id}", (int id) =>
        {
            using var scope = app.Logger.BeginScope(new Dictionary<string, object> { ["scope-of-probe"] = id });
            using var activity = _source.StartActivity("probe.span");
            counter.Add(1);
            LogWork(app.Logger, id);
            return "done";
        }));
    }

    [LoggerMessage(LogLevel.Warning, "Worked on {Id}")]
    private static partial void LogWork(ILogger logger, int id);
}
