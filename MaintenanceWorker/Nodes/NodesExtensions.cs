using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace MaintenanceWorker.Nodes;

internal static class NodesExtensions
{
    /// <summary>Adds the client of the nodes' control API. Calling it again changes nothing.</summary>
    public static void AddNodes(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<NodesOptions>().BindConfiguration(NodesOptions.Section).ValidateOnStart();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<NodesOptions>, NodesOptionsValidator>());
        builder.Services.TryAddSingleton<NodeClient>();
    }
}
