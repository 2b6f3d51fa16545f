using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Resources;

namespace ServiceDefaults.Telemetry;

internal static class TelemetryExtensions
{
    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        // ASP.NET Core leaves method and path off its spans unless told otherwise.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);

        var identity = ServiceIdentity.Of(builder.Environment);
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .AddService(identity.Name, serviceVersion: identity.Version)
                // Last, so that OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win.
                .AddEnvironmentVariableDetector())
            .WithLogging(configureBuilder: null, options =>
            {
                options.IncludeFormattedMessage = true;
                options.IncludeScopes = true;
            })
            .WithMetrics(metrics => metrics.AddMeter(TelemetryNames.Meters))
            .WithTracing(tracing => tracing.AddSource(TelemetryNames.Sources));

        builder.Services.AddTransient<IStartupFilter, RequestSpans>();

        var endpoint = OtlpEndpoint.Find(builder.Configuration);
        if (endpoint is not null)
            telemetry.UseOtlpExporter();

        builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<ExportNotice>(services, endpoint ?? ""));
    }
}
