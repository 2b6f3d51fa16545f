using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Running;

/// <summary>Brings the model to life: dashboard, orchestrator, parameters, endpoints, resources; and ends it all.</summary>
internal sealed class ApplicationRunner(
    DistributedApplicationModel model,
    DistributedApplicationOptions options,
    IDistributedApplicationEventing eventing,
    ResourceNotificationService notifications,
    ResourceLoggerService loggers,
    ResourceProcesses processes,
    DashboardResources dashboardResources,
    HealthMonitor health,
    UserSecrets secrets,
    IConfiguration configuration,
    IServiceProvider services,
    IHostApplicationLifetime lifetime,
    ILogger<DistributedApplication> logger) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _background = [];
    private DashboardHost? _dashboard;
    private DcpOrchestrator? _orchestrator;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await StartResourcesAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is AspireBundleException or DashboardException or DcpException)
        {
            await EndAsync();
            throw new DistributedApplicationException(exception.Message, exception);
        }
        catch
        {
            await EndAsync();
            throw;
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => EndAsync();

    public void Dispose() => _stopping.Dispose();

    private async Task StartResourcesAsync(CancellationToken cancellationToken)
    {
        var dashboard = options.DisableDashboard ? null : DashboardSettings.From((IConfigurationManager)configuration, secrets, options, dashboardResources.ApplicationName);
        eventing.Subscribe<BeforeResourceStartedEvent>((started, token) => notifications.WaitForDependenciesAsync(started.Resource, token));
        processes.NameInstances(model);
        await eventing.PublishAsync(new BeforeStartEvent(services, model), cancellationToken);

        var needsProcesses = model.Resources.Any(ResourceProcesses.IsProcess);
        if (needsProcesses || dashboard is not null)
        {
            var bundle = await AspireBundle.LocateAsync(line => logger.Progress(line), cancellationToken);
            var starting = needsProcesses ? DcpOrchestrator.StartAsync(bundle, logger, cancellationToken) : null;
            try
            {
                _dashboard = dashboard is null ? null : await DashboardHost.StartAsync(dashboard, bundle, dashboardResources, logger, cancellationToken);
                lifetime.ApplicationStopping.Register(() => _dashboard?.ExpectEnd());
            }
            finally
            {
                _orchestrator = starting is null ? null : await starting;
            }
        }

        foreach (var resource in model.Resources)
        {
            await notifications.PublishUpdateAsync(resource, snapshot => ResourceProcesses.IsProcess(resource)
                ? snapshot with { State = KnownResourceStates.NotStarted }
                : snapshot);
        }

        PublishParameters();
        if (_orchestrator is not null)
        {
            Track(processes.FollowAsync(_orchestrator, Track, _stopping.Token));
            await processes.AllocateEndpointsAsync(_orchestrator, model, cancellationToken);
        }

        Track(health.RunAsync(_stopping.Token));
        foreach (var resource in model.Resources.ToArray())
        {
            Track(InitializeAsync(resource, _stopping.Token));
        }

        await eventing.PublishAsync(new AfterResourcesCreatedEvent(services, model), cancellationToken);
        if (_dashboard is not null)
        {
            logger.DashboardLogin(_dashboard.LoginUrl);
        }

        logger.ApplicationStarted();
    }

    private async Task InitializeAsync(IResource resource, CancellationToken cancellationToken)
    {
        await eventing.PublishAsync(new InitializeResourceEvent(resource, eventing, loggers, notifications, services), cancellationToken);
        if (resource is IResourceWithEndpoints)
        {
            await eventing.PublishAsync(new ResourceEndpointsAllocatedEvent(resource, services), cancellationToken);
        }

        switch (resource)
        {
            case ContainerResource:
                loggers.GetLogger(resource).ContainersNeedThePackages(resource.Name);
                await notifications.PublishUpdateAsync(resource, snapshot => snapshot with { State = new(KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error) });
                break;
            case ConnectionStringResource text:
                await eventing.PublishAsync(new BeforeResourceStartedEvent(resource, services), cancellationToken);
                var value = await text.ConnectionStringExpression.GetValueAsync(cancellationToken);
                await eventing.PublishAsync(new ConnectionStringAvailableEvent(resource, services), cancellationToken);
                await notifications.PublishUpdateAsync(resource, snapshot => snapshot with
                {
                    State = KnownResourceStates.Running,
                    Properties = [.. snapshot.Properties, new ResourcePropertySnapshot(CustomResourceKnownProperties.ConnectionString, value) { IsSensitive = true }],
                });
                break;
            case not null when ResourceProcesses.IsProcess(resource) && !resource.HasAnnotationOfType<ExplicitStartupAnnotation>():
                await processes.StartAsync(resource, cancellationToken);
                break;
        }
    }

    private void PublishParameters()
    {
        foreach (var parameter in model.Resources.OfType<ParameterResource>())
        {
            _ = notifications.PublishUpdateAsync(parameter, snapshot =>
            {
                try
                {
                    return snapshot with
                    {
                        State = KnownResourceStates.Running,
                        Properties = [new ResourcePropertySnapshot("Value", parameter.Value) { IsSensitive = parameter.Secret }],
                    };
                }
                catch (MissingParameterValueException exception)
                {
                    loggers.GetLogger(parameter).Failed(exception.Message);
                    return snapshot with { State = new(KnownResourceStates.ValueMissing, KnownResourceStateStyles.Error) };
                }
            });
        }
    }

    private void Track(Task task)
    {
        lock (_background)
        {
            _background.RemoveAll(done => done.IsCompleted);
            _background.Add(GuardAsync(task));
        }
    }

    private async Task GuardAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
#pragma warning disable CA1031 // one resource's failure is told and must not end the others
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (!_stopping.IsCancellationRequested)
            {
                logger.InitializationFailed(exception);
            }
        }
    }

    private async Task EndAsync()
    {
        await _stopping.CancelAsync();
        if (_orchestrator is not null)
        {
            await _orchestrator.DisposeAsync();
            _orchestrator = null;
        }

        if (_dashboard is not null)
        {
            await _dashboard.DisposeAsync();
            _dashboard = null;
        }

        Task[] left;
        lock (_background)
        {
            left = [.. _background];
        }

        await Task.WhenAll(left);
    }
}
