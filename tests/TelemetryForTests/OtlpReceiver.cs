using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace TelemetryForTests;

/// <summary>Takes OTLP over http/protobuf. Names and texts stand in the bodies as they are, so they can be looked for without decoding; metrics are decoded too.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, string> _received = [];
    private readonly ConcurrentQueue<IReadOnlyList<MetricPoint>> _exports = [];
    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app) => _app = app;

    /// <summary>What an exporter has to be told.</summary>
    public Dictionary<string, string?> Settings => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _app.Urls.First(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
    };

    public string Traces => Received("/v1/traces");

    public string Metrics => Received("/v1/metrics");

    public string Logs => Received("/v1/logs");

    /// <summary>The exports of metrics so far, in their order.</summary>
    public IReadOnlyList<IReadOnlyList<MetricPoint>> MetricExports => [.. _exports];

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new OtlpReceiver(app);
        app.MapPost("/v1/{signal}", receiver.Take);
        await app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task Take(HttpContext context)
    {
        // The collector runs in the process that it listens to: its own requests are not to be traced.
        Activity.Current?.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var text = Encoding.UTF8.GetString(body.ToArray());
        _received.AddOrUpdate(context.Request.Path, text, (_, before) => before + text);
        if (context.Request.Path == "/v1/metrics")
            _exports.Enqueue(MetricsReader.Read(body.ToArray()));
    }

    private string Received(string path) => _received.GetValueOrDefault(path, "");
}
