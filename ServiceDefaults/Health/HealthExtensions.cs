using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ServiceDefaults.Health;

internal static class HealthExtensions
{
    private const string LiveTag = "live";

    public static void AddHealth(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<HealthOptions>().BindConfiguration(HealthOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddHealthChecks()
            .AddCheck("self", () => HealthCheckResult.Healthy(), [LiveTag])
            .AddCheck<LifetimeCheck>("lifetime");
    }

    public static WebApplication MapHealth(this WebApplication app)
    {
        var port = app.Services.GetRequiredService<IOptions<HealthOptions>>().Value.Port;
        if (port is { } own)
            ManagementPort.Listen(app, own);

        app.MapHealthEndpoint("/health", port, _ => true);
        app.MapHealthEndpoint("/alive", port, check => check.Tags.Contains(LiveTag));
        return app;
    }
}
