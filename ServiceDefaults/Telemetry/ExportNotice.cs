using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ServiceDefaults.Telemetry;

/// <summary>Says once, at the start, where telemetry goes.</summary>
internal sealed partial class ExportNotice(ILogger<ExportNotice> logger, string endpoint) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (endpoint.Length == 0)
            LogNotExported();
        else
            LogExported(endpoint);

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Debug, "Telemetry is not exported: OTEL_EXPORTER_OTLP_ENDPOINT is not set")]
    private partial void LogNotExported();

    [LoggerMessage(LogLevel.Debug, "Telemetry is exported to {Endpoint}")]
    private partial void LogExported(string endpoint);
}
