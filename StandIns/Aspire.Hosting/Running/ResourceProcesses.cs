using System.Collections.Concurrent;
using System.Security.Cryptography;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Running;

/// <summary>The processes of projects and executables: started, stopped, followed.</summary>
internal sealed class ResourceProcesses(
    DistributedApplicationExecutionContext executionContext,
    IDistributedApplicationEventing eventing,
    ResourceNotificationService notifications,
    ResourceLoggerService loggers,
    IConfiguration configuration,
    IServiceProvider services)
{
    private readonly ConcurrentDictionary<string, Instance> _instances = new();
    private DcpOrchestrator? _orchestrator;

    // Later than when the application is told to stop: processes can be stopped, and are followed, until the orchestrator ends.
    private CancellationToken _ending;

    public static bool IsProcess(IResource resource) => resource is ProjectResource or ExecutableResource;

    public void NameInstances(DistributedApplicationModel model)
    {
        foreach (var resource in model.Resources.Where(IsProcess))
        {
            var names = Enumerable.Range(0, resource.GetReplicaCount())
                .Select(_ => $"{resource.Name}-{RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz", 8)}")
                .ToArray();
            resource.Annotations.Add(new InstanceNamesAnnotation(names));
            foreach (var name in names)
            {
                _instances[name] = new Instance(resource, name);
            }

            AddLifecycleCommands(resource);
        }
    }

    public async Task AllocateEndpointsAsync(DcpOrchestrator orchestrator, DistributedApplicationModel model, CancellationToken cancellationToken)
    {
        var random = configuration.GetValue("DcpPublisher:RandomizePorts", false);
        foreach (var resource in model.Resources.Where(IsProcess))
        {
            foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
            {
                if (endpoint.IsProxied)
                {
                    var service = ServiceName(resource, endpoint);
                    var (_, port) = await orchestrator.CreateServiceAsync(service, random ? null : endpoint.Port, cancellationToken);
                    endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, endpoint.TargetHost, port, DcpTemplate.PortForServing(service));
                }
                else
                {
                    var port = endpoint.Port ?? endpoint.TargetPort ?? FreePort.Next();
                    endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, endpoint.TargetHost, port, port.ToString(System.Globalization.CultureInfo.InvariantCulture));
                }
            }
        }
    }

    public Task StartAsync(IResource resource, CancellationToken cancellationToken) =>
        Task.WhenAll(_instances.Values.Where(instance => instance.Resource == resource).Select(instance => StartAsync(instance, cancellationToken)));

    /// <summary>Turns what the orchestrator says of the processes into the resources' states and logs, until cancelled.</summary>
    public async Task FollowAsync(DcpOrchestrator orchestrator, Action<Task> inBackground, CancellationToken cancellationToken)
    {
        (_orchestrator, _ending) = (orchestrator, cancellationToken);
        await foreach (var state in orchestrator.WatchExecutablesAsync(cancellationToken))
        {
            if (_instances.TryGetValue(state.Name, out var instance) && !state.Deleted && await ApplyAsync(instance, state) is { } ended)
            {
                inBackground(eventing.PublishAsync(new ResourceStoppedEvent(instance.Resource, services, ended), cancellationToken));
            }
        }
    }

    private async Task StartAsync(Instance instance, CancellationToken cancellationToken)
    {
        var logger = loggers.GetLogger(instance.Name);
        await instance.Gate.WaitAsync(cancellationToken);
        try
        {
            await DeleteAsync(instance, cancellationToken);
            await notifications.PublishUpdateAsync(instance.Resource, instance.Name, snapshot => snapshot with
            {
                State = KnownResourceStates.Starting, StartTimeStamp = null, StopTimeStamp = null, ExitCode = null, ReadyAnnounced = null,
                HealthReports = [.. snapshot.HealthReports.Select(report => report with { Status = null, Description = null, ExceptionText = null })],
            });
            await eventing.PublishAsync(new BeforeResourceStartedEvent(instance.Resource, services), cancellationToken);
            if (instance.Resource is IResourceWithConnectionString)
            {
                await eventing.PublishAsync(new ConnectionStringAvailableEvent(instance.Resource, services), cancellationToken);
            }

            var launch = await ProcessLaunch.ForAsync(instance.Resource, instance.Name, executionContext, logger, cancellationToken);
            var urls = await UrlsAsync(instance.Resource, cancellationToken);
            await notifications.PublishUpdateAsync(instance.Resource, instance.Name, snapshot => snapshot with
            {
                State = KnownResourceStates.Starting, Properties = launch.Properties, EnvironmentVariables = launch.Environment, Urls = urls,
            });
            instance.Exists = true;
            await _orchestrator!.CreateExecutableAsync(launch.Executable, cancellationToken);
            instance.LogsEnd = CancellationTokenSource.CreateLinkedTokenSource(_ending);
            instance.Logs = FollowLogsAsync(instance, instance.LogsEnd.Token);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            logger.Failed(exception.Message);
            await notifications.PublishUpdateAsync(instance.Resource, instance.Name, snapshot => snapshot with { State = new(KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error) });
        }
        finally
        {
            instance.Gate.Release();
        }
    }

    private async Task StopAsync(Instance instance, CancellationToken cancellationToken)
    {
        await instance.Gate.WaitAsync(cancellationToken);
        try
        {
            await notifications.PublishUpdateAsync(instance.Resource, instance.Name, snapshot => snapshot with { State = KnownResourceStates.Stopping });
            await _orchestrator!.StopExecutableAsync(instance.Name, cancellationToken);
        }
        finally
        {
            instance.Gate.Release();
        }
    }

    private async Task DeleteAsync(Instance instance, CancellationToken cancellationToken)
    {
        if (!instance.Exists)
        {
            return;
        }

        await _orchestrator!.DeleteExecutableAsync(instance.Name, cancellationToken);

        // The stream of an ended program stays open for seconds; what it had to say has come by now.
        await instance.LogsEnd.CancelAsync();
        await instance.Logs.WaitAsync(cancellationToken);
        instance.LogsEnd.Dispose();
        instance.Exists = false;
    }

    private async Task FollowLogsAsync(Instance instance, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var line in _orchestrator!.StreamLogsAsync(instance.Name, cancellationToken))
            {
                loggers.Append(instance.Name, Stamped(line), line.Source is DcpLogSource.StandardError);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            loggers.GetLogger(instance.Name).LogStreamBroke(exception.Message);
        }
    }

    // The dashboard takes a time at the beginning of a line for the line's own.
    private static string Stamped(DcpLogLine line) => line.At is { } at
        ? $"{at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", System.Globalization.CultureInfo.InvariantCulture)} {line.Text}"
        : line.Text;

    private async Task<ResourceEvent?> ApplyAsync(Instance instance, DcpExecutableState state)
    {
        var text = state.State switch
        {
            "Running" => KnownResourceStates.Running,
            "Finished" => KnownResourceStates.Finished,
            "Terminated" or "Unknown" => KnownResourceStates.Exited,
            "FailedToStart" => KnownResourceStates.FailedToStart,
            "Stopping" => KnownResourceStates.Stopping,
            _ => null,
        };
        if (text is null)
        {
            return null;
        }

        var wasOver = false;
        await notifications.PublishUpdateAsync(instance.Resource, instance.Name, snapshot =>
        {
            wasOver = KnownResourceStates.TerminalStates.Contains(snapshot.State?.Text);
            return snapshot with
            {
                State = new(text, text == KnownResourceStates.FailedToStart || state.ExitCode is > 0 ? KnownResourceStateStyles.Error : null),
                StartTimeStamp = state.StartedAt?.UtcDateTime,
                StopTimeStamp = state.FinishedAt?.UtcDateTime,
                ExitCode = state.ExitCode,
                Properties = [.. snapshot.Properties.Where(property => property.Name != "executable.pid"), new ResourcePropertySnapshot("executable.pid", state.ProcessId)],
                Urls = [.. snapshot.Urls.Select(url => url with { IsInactive = text != KnownResourceStates.Running })],
            };
        });
        return !wasOver && KnownResourceStates.TerminalStates.Contains(text) && notifications.TryGetCurrentState(instance.Name, out var ended) ? ended : null;
    }

    private async Task<System.Collections.Immutable.ImmutableArray<UrlSnapshot>> UrlsAsync(IResource resource, CancellationToken cancellationToken)
    {
        var urls = resource is not IResourceWithEndpoints owner ? [] : owner.GetEndpoints()
            .Select(endpoint => new ResourceUrlAnnotation { Url = endpoint.Url, Endpoint = endpoint })
            .Concat(resource.Annotations.OfType<ResourceUrlAnnotation>())
            .ToList();
        var context = new ResourceUrlsCallbackContext(executionContext, resource, urls, cancellationToken);
        foreach (var callback in resource.Annotations.OfType<ResourceUrlsCallbackAnnotation>())
        {
            await callback.Callback(context);
        }

        return [.. urls.Select(url => new UrlSnapshot(url.Endpoint?.EndpointName, Absolute(url), url.DisplayLocation is UrlDisplayLocation.DetailsOnly)
        {
            IsInactive = true,
            DisplayProperties = new UrlDisplayPropertiesSnapshot(url.DisplayText ?? "", url.DisplayOrder ?? 0),
        })];

        static string Absolute(ResourceUrlAnnotation url) =>
            url.Url.StartsWith('/') && url.Endpoint is { } endpoint ? endpoint.Url + url.Url : url.Url;
    }

    private void AddLifecycleCommands(IResource resource)
    {
        Add(KnownResourceCommands.StartCommand, "Start", "Play", true,
            state => state == KnownResourceStates.NotStarted || KnownResourceStates.TerminalStates.Contains(state) ? ResourceCommandState.Enabled : ResourceCommandState.Hidden,
            StartAsync);
        Add(KnownResourceCommands.StopCommand, "Stop", "Stop", true,
            state => state == KnownResourceStates.Running || state == KnownResourceStates.Starting ? ResourceCommandState.Enabled
                : state == KnownResourceStates.Waiting || state == KnownResourceStates.Stopping ? ResourceCommandState.Disabled : ResourceCommandState.Hidden,
            StopAsync);
        Add(KnownResourceCommands.RestartCommand, "Restart", "ArrowCounterclockwise", false,
            state => state == KnownResourceStates.Running ? ResourceCommandState.Enabled : ResourceCommandState.Disabled,
            async (instance, cancellationToken) =>
            {
                await StopAsync(instance, cancellationToken);
                await StartAsync(instance, cancellationToken);
            });

        void Add(string name, string displayName, string icon, bool highlighted, Func<string?, ResourceCommandState> state, Func<Instance, CancellationToken, Task> execute) =>
            resource.Annotations.Add(new ResourceCommandAnnotation(name, displayName, context => state(context.ResourceSnapshot.State?.Text), async context =>
            {
                // Not given up half-way because the page that asked for it was closed.
                await execute(_instances[context.ResourceName], _ending);
                return CommandResults.Success();
            }, new CommandOptions { IconName = icon, IconVariant = IconVariant.Filled, IsHighlighted = highlighted }));
    }

    internal static string ServiceName(IResource resource, EndpointAnnotation endpoint) =>
        resource.Annotations.OfType<EndpointAnnotation>().Count() == 1 ? resource.Name.ToLowerInvariant() : $"{resource.Name}-{endpoint.Name}".ToLowerInvariant();

    private sealed class Instance(IResource resource, string name)
    {
        public IResource Resource { get; } = resource;
        public string Name { get; } = name;
        public SemaphoreSlim Gate { get; } = new(1, 1);
        public bool Exists { get; set; }
        public Task Logs { get; set; } = Task.CompletedTask;
        public CancellationTokenSource LogsEnd { get; set; } = new();
    }
}
