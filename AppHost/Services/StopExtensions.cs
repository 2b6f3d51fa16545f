using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AppHost.Services;

internal static partial class StopExtensions
{
    /// <summary>Answers Ctrl+C on the console: the database takes a moment to end well, and silence invites a second one.</summary>
    public static void SayWhenStopping(this IDistributedApplicationBuilder builder) =>
        builder.OnBeforeStart((started, _) =>
        {
            var logger = started.Services.GetRequiredService<ILoggerFactory>().CreateLogger("AppHost");
            started.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(() => LogStopping(logger));
            return Task.CompletedTask;
        });

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopping: the services, then the database. The data stays.")]
    private static partial void LogStopping(ILogger logger);
}
