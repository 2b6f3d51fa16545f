using ServiceDefaults;
using ServiceDefaults.Health;
using ServiceDefaults.Http;
using ServiceDefaults.Shutdown;
using ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

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
