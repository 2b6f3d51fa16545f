using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AppHost.Services;

internal static partial class AddressExtensions
{
    /// <summary>Says at start where the given services answer, beside the dashboard's own address.</summary>
    public static void PrintAddressesOf(this IDistributedApplicationBuilder builder, params IResourceBuilder<IResourceWithEndpoints>[] resources) =>
        builder.Eventing.Subscribe<AfterResourcesCreatedEvent>((created, _) =>
        {
            var logger = created.Services.GetRequiredService<ILoggerFactory>().CreateLogger("AppHost");
            foreach (var resource in resources.Select(each => each.Resource))
            {
                var url = resource.GetEndpoint("http").Url;
                LogAddress(logger, resource.Name, url);
            }

            return Task.CompletedTask;
        });

    [LoggerMessage(Level = LogLevel.Information, Message = "{Resource} answers at {Url}")]
    private static partial void LogAddress(ILogger logger, string resource, string url);
}
