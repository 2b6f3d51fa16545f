using AppHost.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AppHost.Services;

/// <summary>
/// Ends the services, with what they have under way, before the orchestrator tells all that is left to end: the database would else be gone under their
/// last requests.
/// </summary>
internal sealed partial class OrderlyStop(
    PostgresClusterResource database, DistributedApplicationModel model, ResourceNotificationService notifications, ResourceCommandService commands,
    TimeProvider time, ILogger<OrderlyStop> logger) : IHostedLifecycleService
{
    // More than the six seconds after which the orchestrator kills what does not end.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan _betweenLooks = TimeSpan.FromMilliseconds(20);
    private static readonly string[] _states = [KnownResourceStates.Starting, KnownResourceStates.Running, KnownResourceStates.Stopping];

    // Before any hosted service is stopped, the orchestrator's among them.
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        // Said at once: the end takes a moment, and silence invites a second Ctrl+C.
        Stopping();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var patience = time.CreateTimer(_ => limit.Cancel(), null, _patience, Timeout.InfiniteTimeSpan);
        await Task.WhenAll(model.Resources.OfType<ProjectResource>().Where(resource => !database.Nodes.Contains(resource)).Select(service => EndAsync(service, limit.Token)));
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task EndAsync(ProjectResource service, CancellationToken cancellationToken)
    {
        if (!MayRun(service))
        {
            return;
        }

        try
        {
            var stop = await commands.ExecuteCommandAsync(service, KnownResourceCommands.StopCommand, cancellationToken).WaitAsync(cancellationToken);
            while (stop.Success && MayRun(service))
            {
                await Task.Delay(_betweenLooks, time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The orchestrator ends it with the rest.
        }
    }

    private bool MayRun(ProjectResource service) => notifications.TryGetCurrentState(service.Name, out var now)
        && now.Snapshot.State?.Text is { } state && _states.Contains(state);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopping: the services, then the database. The data stays.")]
    private partial void Stopping();
}
