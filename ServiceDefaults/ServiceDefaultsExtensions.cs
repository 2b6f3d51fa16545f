using ServiceDefaults;
using ServiceDefaults.Health;
using ServiceDefaults.Http;
using ServiceDefaults.Shutdown;
using ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.Hosting;

/// <summary>What every service of the platform has: telemetry, health, service discovery, HTTP client defaults, an orderly end.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>Adds the defaults to a service. Calling it again changes nothing.</summary>
    /// <param name="builder">The service being built.</param>
    /// <returns>The same builder.</returns>
    public static IHostApplicationBuilder AddServiceDefaults(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Services.Any(service => service.ServiceType == typeof(ServiceIdentity)))
            return builder;

        builder.Services.AddSingleton(ServiceIdentity.Of(builder.Environment));
        builder.AddTelemetry();
        builder.AddHealth();
        builder.AddHttpClientDefaults();
        builder.AddOrderlyShutdown();
        return builder;
    }

    /// <summary>Keeps <c>/health</c> unhealthy until something is there that the service cannot do without. Once it is there it is asked for no more.</summary>
    /// <param name="builder">The service being built.</param>
    /// <param name="name">The check's name.</param>
    /// <param name="missing">Says what is missing, in one sentence; null when nothing is.</param>
    /// <param name="whileUnknown">What is told while <paramref name="missing"/> throws.</param>
    /// <returns>The same builder.</returns>
    public static IHostApplicationBuilder AddPrerequisite(this IHostApplicationBuilder builder, string name,
        Func<IServiceProvider, CancellationToken, Task<string?>> missing, HealthStatus whileUnknown = HealthStatus.Unhealthy)
    {
        ArgumentNullException.ThrowIfNull(builder);
        HealthExtensions.AddPrerequisite(builder, name, missing, whileUnknown);
        return builder;
    }

    /// <summary>
    /// Maps <c>/health</c> (200 when every check passes or is degraded, 503 otherwise: may traffic come?) and
    /// <c>/alive</c> (the checks tagged <c>live</c>: is the process worth keeping?) in every environment.
    /// </summary>
    /// <param name="app">The service.</param>
    /// <returns>The same application.</returns>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.MapHealth();
    }
}
