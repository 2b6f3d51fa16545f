using MaintenanceWorker.Monitoring;
using MaintenanceWorker.Operations;

namespace MaintenanceWorker.Sessions;

internal static class SessionExtensions
{
    public static IHostApplicationBuilder AddSessions(this IHostApplicationBuilder builder)
    {
        builder.AddServers();
        builder.Services.AddSingleton<IdleSessions>();
        builder.Services.AddOperation<ListIdleSessions>("list-idle-sessions").AddOperation<EndIdleSessions>("end-idle-sessions");
        return builder;
    }
}
