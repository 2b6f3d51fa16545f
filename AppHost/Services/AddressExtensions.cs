using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AppHost.Services;

internal static partial class AddressExtensions
{
    /// <summary>Says where the service answers as soon as it does.</summary>
    public static IResourceBuilder<T> WithPrintedAddress<T>(this IResourceBuilder<T> builder) where T : IResourceWithEndpoints =>
        builder.OnResourceReady((resource, ready, _) =>
        {
            var logger = ready.Services.GetRequiredService<ILoggerFactory>().CreateLogger("AppHost");
            var url = resource.GetEndpoint("http").Url;
            LogAddress(logger, resource.Name, url);
            return Task.CompletedTask;
        });

    [LoggerMessage(Level = LogLevel.Information, Message = "{Resource} answers at {Url}")]
    private static partial void LogAddress(ILogger logger, string resource, string url);
}
