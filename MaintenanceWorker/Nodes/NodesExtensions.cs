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
        builder.Services.AddOptions<NodesOptions>().BindConfiguration(NodesOptions.Section).ValidateOnStart();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<NodesOptions>, NodesOptionsValidator>());
        builder.Services.TryAddSingleton<NodeClient>();
    }
}
