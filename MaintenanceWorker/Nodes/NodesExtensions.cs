using MaintenanceWorker.Monitoring;
using MaintenanceWorker.Operations;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace MaintenanceWorker.Nodes;

internal static class NodesExtensions
{
    /// <summary>Adds the operations on nodes.</summary>
    public static IHostApplicationBuilder AddNodeOperations(this IHostApplicationBuilder builder)
    {
        builder.AddServers();
        builder.AddNodes();
        builder.Services.AddOperation<ClusterStatus>("status").AddOperation<RestartNode>("restart-node");
        return builder;
    }

    /// <summary>Adds the client of the nodes' control API. Calling it again changes nothing.</summary>
    public static void AddNodes(this IHostApplicationBuilder builder)
    {
        // A list that is bound twice has everything twice.
        if (builder.Services.Any(service => service.ServiceType == typeof(NodeClient)))
            return;
        builder.Services.AddOptions<NodesOptions>().BindConfiguration(NodesOptions.Section).ValidateOnStart();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<NodesOptions>, NodesOptionsValidator>());
        builder.Services.TryAddSingleton<NodeClient>();
    }
}
