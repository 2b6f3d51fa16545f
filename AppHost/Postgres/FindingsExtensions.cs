using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AppHost.Postgres;

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
        cluster.ApplicationBuilder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            name, services => ActivatorUtilities.CreateInstance<FindingsHealthCheck>(services, worker.GetEndpoint("http"), apiKey.Resource), HealthStatus.Degraded, tags: null));
        return cluster.WithHealthCheck(name);
    }
}
