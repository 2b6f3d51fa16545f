using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Running;

/// <summary>Asks each running resource's health checks and announces when it is ready.</summary>
internal sealed class HealthMonitor(
    HealthCheckService checks,
    IDistributedApplicationEventing eventing,
    ResourceNotificationService notifications,
    TimeProvider time,
    IServiceProvider services,
    ILogger<HealthMonitor> logger)
{
    private static readonly TimeSpan _whileUnhealthy = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _whileHealthy = TimeSpan.FromSeconds(5);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var watched = new Dictionary<string, (CancellationTokenSource Cancel, Task Task)>();
        try
        {
            await foreach (var change in notifications.WatchAsync(cancellationToken))
            {
                var running = change.Snapshot.State?.Text == KnownResourceStates.Running;
                if (running && !watched.ContainsKey(change.ResourceId))
                {
                    var cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                    watched[change.ResourceId] = (cancel, WatchAsync(change.Resource, change.ResourceId, cancel.Token));
                }
                else if (!running && watched.Remove(change.ResourceId, out var ended))
                {
                    await ended.Cancel.CancelAsync();
                    await ended.Task;
                    ended.Cancel.Dispose();
                }
            }
        }
        finally
        {
            await Task.WhenAll(watched.Values.Select(entry => entry.Task));
        }
    }

    private async Task WatchAsync(IResource resource, string id, CancellationToken cancellationToken)
    {
        try
        {
            var keys = resource.Annotations.OfType<HealthCheckAnnotation>().Select(check => check.Key).ToHashSet();
            var announced = false;
            do
            {
                var healthy = keys.Count == 0 || await CheckAsync(resource, id, keys, cancellationToken);
                if (healthy && !announced)
                {
                    announced = true;
                    var ready = eventing.PublishAsync(new ResourceReadyEvent(resource, services), cancellationToken);
                    await notifications.PublishUpdateAsync(resource, id, snapshot => snapshot with { ReadyAnnounced = ready });
                }

                await Task.Delay(healthy ? _whileHealthy : _whileUnhealthy, time, cancellationToken);
            }
            while (keys.Count > 0);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
#pragma warning disable CA1031 // a check that cannot even be asked leaves the resource not healthy, and says why
        catch (Exception exception)
#pragma warning restore CA1031
        {
            logger.HealthLost(exception, id);
        }
    }

    private async Task<bool> CheckAsync(IResource resource, string id, HashSet<string> keys, CancellationToken cancellationToken)
    {
        var report = await checks.CheckHealthAsync(registration => keys.Contains(registration.Name), cancellationToken);
        var now = time.GetUtcNow().UtcDateTime;
        await notifications.PublishUpdateAsync(resource, id, snapshot =>
        {
            var reports = keys.Select(key => report.Entries.TryGetValue(key, out var entry)
                ? new HealthReportSnapshot(key, entry.Status, entry.Description, entry.Exception?.ToString())
                : new HealthReportSnapshot(key, HealthStatus.Unhealthy, "This health check is not registered.", null)).ToArray();
            var changed = reports.Any(next => snapshot.HealthReports.All(previous => previous with { LastRunAt = null } != next));
            return changed ? snapshot with { HealthReports = [.. reports.Select(next => next with { LastRunAt = now })] } : snapshot;
        });
        return report.Entries.Count == keys.Count && report.Status is HealthStatus.Healthy;
    }
}
