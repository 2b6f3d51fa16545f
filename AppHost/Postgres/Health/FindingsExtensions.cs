using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AppHost.Postgres.Health;

internal static class FindingsExtensions
{
    /// <summary>Shows what a worker finds wrong with the cluster as the cluster's health: degraded, with the reason.</summary>
    public static IResourceBuilder<PostgresClusterResource> WithFindingsOf(this IResourceBuilder<PostgresClusterResource> cluster, IResourceBuilder<ProjectResource> worker, IResourceBuilder<ParameterResource> apiKey)
    {
        if (!cluster.ApplicationBuilder.ExecutionContext.IsRunMode)
        {
            return cluster;
        }

        var name = $"{cluster.Resource.Name}_findings";
        var services = cluster.ApplicationBuilder.Services;
        // One for all probes, since it remembers the last answer: a registration's factory is called for each of them.
        services.AddKeyedSingleton(name, (provider, _) => ActivatorUtilities.CreateInstance<FindingsHealthCheck>(provider, worker.GetEndpoint("http"), apiKey.Resource));
        services.AddHealthChecks().Add(new HealthCheckRegistration(name, provider => provider.GetRequiredKeyedService<FindingsHealthCheck>(name), HealthStatus.Degraded, tags: null));
        return cluster.WithHealthCheck(name);
    }
}
