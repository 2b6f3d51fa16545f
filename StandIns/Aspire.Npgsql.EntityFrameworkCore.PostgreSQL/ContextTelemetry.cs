using Aspire.Npgsql.EntityFrameworkCore.PostgreSQL;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.Hosting;

/// <summary>A DbContext's health check, traces and metrics.</summary>
internal static class ContextTelemetry
{
    public static void Add<TContext>(IHostApplicationBuilder builder, NpgsqlEntityFrameworkCorePostgreSQLSettings settings)
        where TContext : DbContext
    {
        if (!settings.DisableTracing)
            builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddSource("Npgsql"));
        if (!settings.DisableMetrics)
            builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter("Npgsql"));
        if (!settings.DisableHealthChecks)
            AddHealthCheck<TContext>(builder.Services);
    }

    private static void AddHealthCheck<TContext>(IServiceCollection services) where TContext : DbContext
    {
        // A context that is registered and enriched twice has one check all the same.
        if (services.Any(service => service.ServiceType == typeof(ContextHealthCheck<TContext>)))
            return;

        services.AddSingleton<ContextHealthCheck<TContext>>();
        services.AddHealthChecks().Add(new HealthCheckRegistration(typeof(TContext).Name,
            provider => provider.GetRequiredService<ContextHealthCheck<TContext>>(), failureStatus: null, tags: null));
    }
}
