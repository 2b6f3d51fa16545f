using ConversationData.Operations.Settings;
using MaintenanceWorker.Operations;
using ServiceDefaults.Logging;

namespace MaintenanceWorker.Logging;

internal static class LoggingExtensions
{
    public static IHostApplicationBuilder AddLogLevels(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<LogLevelRegister>();
        builder.AddLogLevels<LogLevelSource>();
        builder.Services.AddOperation<SetLogLevel>("set-log-level").AddOperation<ListLogLevels>("list-log-levels");
        return builder;
    }
}
