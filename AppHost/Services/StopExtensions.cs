using AppHost.Postgres;
using Microsoft.Extensions.DependencyInjection;

namespace AppHost.Services;

internal static class StopExtensions
{
    /// <summary>Has the services end before the database that they use, when the application stops.</summary>
    public static void StopServicesBefore(this IDistributedApplicationBuilder builder, IResourceBuilder<PostgresClusterResource> database)
    {
        if (builder.ExecutionContext.IsRunMode)
        {
            builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<OrderlyStop>(services, database.Resource));
        }
    }
}
