using System.Runtime.CompilerServices;
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

    public static void AddPrerequisite(this IHostApplicationBuilder builder, string name, Func<IServiceProvider, CancellationToken, Task<string?>> missing, HealthStatus whileUnknown)
    {
        // The check is made anew in the scope of each report; what it found out stays.
        var isThere = new StrongBox<bool>();
        builder.Services.AddHealthChecks().Add(new(name, services => new Prerequisite(isThere, token => missing(services, token), whileUnknown), failureStatus: null, tags: null));
    }

    public static WebApplication MapHealth(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<HealthOptions>>().Value;
        if (options.Port is { } own)
            ManagementPort.Listen(app, own);

        app.MapHealthEndpoint("/health", options.Port, Report(_ => true));
        app.MapHealthEndpoint("/alive", options.Port, Report(check => check.Tags.Contains(LiveTag)));
        return app;

        SharedReport Report(Func<HealthCheckRegistration, bool> selects) => new(app.Services.GetRequiredService<HealthCheckService>(), selects, options.Cache, app.Lifetime, app.Services.GetRequiredService<TimeProvider>());
    }
}
