using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Aspire.Hosting.Running;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.ApplicationModel;

public class ResourceNotificationServiceOptions
{
    public WaitBehavior DefaultWaitBehavior { get; set; }
}

public class ResourceNotificationService : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ResourceEvent> _current = [];
    private readonly List<Channel<ResourceEvent>> _watchers = [];
    private readonly CancellationTokenSource _disposing = new();
    private readonly IServiceProvider _services;
    private readonly ResourceLoggerService _loggers;
    private readonly ILogger _logger;

    public ResourceNotificationService(ILogger<ResourceNotificationService> logger, IHostApplicationLifetime hostApplicationLifetime,
        IServiceProvider serviceProvider, ResourceLoggerService resourceLoggerService)
    {
        _logger = logger;
        _services = serviceProvider;
        _loggers = resourceLoggerService;
        hostApplicationLifetime.ApplicationStopping.Register(_disposing.Cancel);
    }

    private WaitBehavior DefaultWaitBehavior => _services.GetRequiredService<IOptions<ResourceNotificationServiceOptions>>().Value.DefaultWaitBehavior;

    public Task PublishUpdateAsync(IResource resource, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        foreach (var name in resource.LastAnnotation<InstanceNamesAnnotation>()?.Names ?? [resource.Name])
        {
            Publish(resource, name, stateFactory);
        }

        return Task.CompletedTask;
    }

    public Task PublishUpdateAsync(IResource resource, string resourceId, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        Publish(resource, resourceId, stateFactory);
        return Task.CompletedTask;
    }

    public bool TryGetCurrentState(string resourceId, [NotNullWhen(true)] out ResourceEvent? resourceEvent)
    {
        lock (_lock)
        {
            resourceEvent = _current.GetValueOrDefault(resourceId)
                ?? _current.Values.SingleOrDefault(candidate => candidate.Resource.Name == resourceId);
            return resourceEvent is not null;
        }
    }

    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateUnbounded<ResourceEvent>();
        lock (_lock)
        {
            foreach (var current in _current.Values)
            {
                channel.Writer.TryWrite(current);
            }

            _watchers.Add(channel);
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposing.Token);
        try
        {
            await foreach (var change in channel.Reader.ReadAllAsync(either.Token))
            {
                yield return change;
            }
        }
        finally
        {
            lock (_lock)
            {
                _watchers.Remove(channel);
            }
        }
    }

    public Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, [targetState ?? KnownResourceStates.Running], cancellationToken);

    public async Task<string> WaitForResourceAsync(string resourceName, IEnumerable<string> targetStates, CancellationToken cancellationToken = default)
    {
        var reached = await WaitForResourceAsync(resourceName, change => change.Snapshot.State?.Text is { } state && targetStates.Contains(state), cancellationToken);
        return reached.Snapshot.State!.Text;
    }

    public async Task<ResourceEvent> WaitForResourceAsync(string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default)
    {
        await foreach (var change in WatchAsync(cancellationToken))
        {
            if (string.Equals(change.Resource.Name, resourceName, StringComparison.OrdinalIgnoreCase) && predicate(change))
            {
                return change;
            }
        }

        throw new OperationCanceledException($"The application stopped before the resource '{resourceName}' reached the state that was waited for.");
    }

    public Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default) =>
        WaitForResourceHealthyAsync(resourceName, DefaultWaitBehavior, cancellationToken);

    public async Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, WaitBehavior waitBehavior, CancellationToken cancellationToken = default)
    {
        var reached = await WaitForResourceAsync(
            resourceName,
            change => change.Snapshot.HealthStatus is HealthStatus.Healthy
                || (waitBehavior is WaitBehavior.StopOnResourceUnavailable && KnownResourceStates.TerminalStates.Contains(change.Snapshot.State?.Text)),
            cancellationToken);
        if (reached.Snapshot.HealthStatus is not HealthStatus.Healthy)
        {
            throw new DistributedApplicationException($"Resource '{resourceName}' cannot become healthy: it is {reached.Snapshot.State?.Text}{Code(reached)}.");
        }

        reached = await WaitForResourceAsync(resourceName, change => change.Snapshot.ReadyAnnounced is not null, cancellationToken);
        await reached.Snapshot.ReadyAnnounced!.WaitAsync(cancellationToken);
        return reached;
    }

    public async Task WaitForDependenciesAsync(IResource resource, CancellationToken cancellationToken)
    {
        if (!resource.TryGetAnnotationsOfType<WaitAnnotation>(out var waits))
        {
            return;
        }

        await PublishUpdateAsync(resource, snapshot => snapshot with { State = KnownResourceStates.Waiting });
        var logger = _loggers.GetLogger(resource);
        await Task.WhenAll(waits.Select(async wait =>
        {
            logger.Waiting(wait.Resource.Name, wait.WaitType);
            await WaitForAsync(wait, cancellationToken);
        }));
    }

    public void Dispose()
    {
        _disposing.Cancel();
        GC.SuppressFinalize(this);
    }

    private Task WaitForAsync(WaitAnnotation wait, CancellationToken cancellationToken) => wait.WaitType switch
    {
        WaitType.WaitUntilHealthy => WaitForResourceHealthyAsync(wait.Resource.Name, wait.WaitBehavior ?? DefaultWaitBehavior, cancellationToken),
        WaitType.WaitUntilStarted => WaitForResourceAsync(wait.Resource.Name, KnownResourceStates.Running, cancellationToken),
        _ => WaitForCompletionAsync(wait, cancellationToken),
    };

    private async Task WaitForCompletionAsync(WaitAnnotation wait, CancellationToken cancellationToken)
    {
        var ended = await WaitForResourceAsync(wait.Resource.Name, change => KnownResourceStates.TerminalStates.Contains(change.Snapshot.State?.Text), cancellationToken);
        if (ended.Snapshot.State!.Text == KnownResourceStates.FailedToStart || (ended.Snapshot.ExitCode ?? 0) != wait.ExitCode)
        {
            throw new DistributedApplicationException($"Resource '{wait.Resource.Name}' ended as {ended.Snapshot.State.Text}{Code(ended)}; exit code {wait.ExitCode} was waited for.");
        }
    }

    private static string Code(ResourceEvent change) => change.Snapshot.ExitCode is { } code ? $" with exit code {code}" : "";

    private void Publish(IResource resource, string id, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        lock (_lock)
        {
            var previous = _current.GetValueOrDefault(id)?.Snapshot ?? Initial(resource);
            var next = WithCommands(resource, stateFactory(previous));
            if (next == previous && _current.ContainsKey(id))
            {
                return;
            }

            if (previous.State?.Text != next.State?.Text && next.State is not null)
            {
                _logger.StateChanged(id, previous.State?.Text, next.State.Text);
            }

            var change = new ResourceEvent(resource, id, next);
            _current[id] = change;
            _watchers.ForEach(watcher => watcher.Writer.TryWrite(change));
        }
    }

    private CustomResourceSnapshot WithCommands(IResource resource, CustomResourceSnapshot snapshot)
    {
        if (!resource.TryGetAnnotationsOfType<ResourceCommandAnnotation>(out var commands))
        {
            return snapshot;
        }

        var context = new UpdateCommandStateContext { ResourceSnapshot = snapshot, ServiceProvider = _services };
        return snapshot with
        {
            Commands = [.. commands.Select(command => new ResourceCommandSnapshot(command.Name, command.UpdateState(context), command.DisplayName,
                command.DisplayDescription, null, command.ConfirmationMessage, command.IconName, command.IconVariant, command.IsHighlighted))],
        };
    }

    private static CustomResourceSnapshot Initial(IResource resource)
    {
        var initial = resource.LastAnnotation<ResourceSnapshotAnnotation>()?.InitialSnapshot
            ?? new CustomResourceSnapshot { ResourceType = TypeName(resource), Properties = [] };
        var icon = resource.LastAnnotation<ResourceIconAnnotation>();
        var parent = (resource as IResourceWithParent)?.Parent;
        return initial with
        {
            CreationTimeStamp = initial.CreationTimeStamp ?? DateTime.UtcNow,
            IconName = initial.IconName ?? icon?.IconName,
            IconVariant = initial.IconVariant ?? icon?.IconVariant,
            Relationships = [.. initial.Relationships,
                .. parent is null ? Array.Empty<RelationshipSnapshot>() : [new RelationshipSnapshot(parent.Name, "Parent")],
                .. resource.Annotations.OfType<ResourceRelationshipAnnotation>().Select(relation => new RelationshipSnapshot(relation.Resource.Name, relation.Type)).Distinct()],
            HealthReports = [.. resource.Annotations.OfType<HealthCheckAnnotation>().Select(check => new HealthReportSnapshot(check.Key, null, null, null))],
        };
    }

    private static string TypeName(IResource resource) => resource switch
    {
        ProjectResource => "Project",
        ExecutableResource => "Executable",
        ContainerResource => "Container",
        ParameterResource => "Parameter",
        _ => resource.GetType().Name.Replace("Resource", "", StringComparison.Ordinal),
    };
}
