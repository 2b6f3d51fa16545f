using ServiceDefaults;

namespace MaintenanceWorker;

/// <summary>Says at the start what this service does.</summary>
internal sealed partial class StartNotice(ServiceIdentity identity, ILogger<StartNotice> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        LogStart(identity.Name, identity.Version);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Information, "{Service} {Version}: there is nothing to maintain yet")]
    private partial void LogStart(string service, string version);
}
