using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>Runs an AppHost's entry point and holds it where it builds, so that a test can look at the model and change it.</summary>
internal sealed class EntryPointRun : IDistributedApplicationTestingBuilder
{
    private readonly TaskCompletionSource<DistributedApplicationBuilder> _building = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _buildAllowed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<DistributedApplication> _built = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DistributedApplicationBuilder? _builder;
    private Task _entryPoint = Task.CompletedTask;

    public ConfigurationManager Configuration => _builder!.Configuration;
    public string AppHostDirectory => _builder!.AppHostDirectory;
    public Assembly? AppHostAssembly => _builder!.AppHostAssembly;
    public IHostEnvironment Environment => _builder!.Environment;
    public IServiceCollection Services => _builder!.Services;
    public DistributedApplicationExecutionContext ExecutionContext => _builder!.ExecutionContext;
    public IDistributedApplicationEventing Eventing => _builder!.Eventing;
    public IResourceCollection Resources => _builder!.Resources;

    public static async Task<IDistributedApplicationTestingBuilder> StartAsync(Assembly appHost, string[] args,
        Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configure, CancellationToken cancellationToken)
    {
        var run = new EntryPointRun();
        run._entryPoint = Task.Run(() => run.InvokeAsync(appHost, args, configure), CancellationToken.None);
        run._builder = await run._building.Task.WaitAsync(cancellationToken);
        return run;
    }

    public IResourceBuilder<T> AddResource<T>(T resource) where T : IResource => _builder!.AddResource(resource);

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource) where T : IResource => _builder!.CreateResourceBuilder(resource);

    DistributedApplication IDistributedApplicationBuilder.Build() => BuildAsync().GetAwaiter().GetResult();

    public async Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default)
    {
        _buildAllowed.TrySetResult();
        var application = await _built.Task.WaitAsync(cancellationToken);
        application.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopped.Register(() => _ended.TrySetResult());
        return application;
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public async ValueTask DisposeAsync()
    {
        if (!_built.Task.IsCompleted)
        {
            _buildAllowed.TrySetCanceled();
        }
        else if (_built.Task.IsCompletedSuccessfully)
        {
            await _built.Task.Result.DisposeAsync();
        }

        _ended.TrySetResult();
        await _entryPoint.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private async Task InvokeAsync(Assembly appHost, string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configure)
    {
        EntryPointObserver.Current = new EntryPointObserver
        {
            OnConstructing = (options, settings) => Configure(appHost, options, settings, configure),
            OnBuilding = builder =>
            {
                _building.TrySetResult(builder);
                _buildAllowed.Task.GetAwaiter().GetResult();
            },
            OnBuilt = application => _built.TrySetResult(application),
            Ended = _ended.Task,
        };
        try
        {
            var main = appHost.EntryPoint ?? throw new InvalidOperationException($"'{appHost.GetName().Name}' has no entry point.");
            var result = main.Invoke(null, BindingFlags.DoNotWrapExceptions, null, main.GetParameters().Length == 0 ? [] : [args], null);
            if (result is Task task)
            {
                await task;
            }

            _building.TrySetException(new InvalidOperationException($"The entry point of '{appHost.GetName().Name}' ended without building an application."));
        }
#pragma warning disable CA1031 // what the entry point throws belongs to the test that waits for it
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _building.TrySetException(exception);
            _built.TrySetException(exception);
        }
    }

    private static void Configure(Assembly appHost, DistributedApplicationOptions options, HostApplicationBuilderSettings settings,
        Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configure)
    {
        options.AssemblyName = appHost.GetName().Name;
        options.DisableDashboard = true;
        settings.EnvironmentName = Environments.Development;
        settings.ApplicationName = appHost.GetName().Name;
        settings.Configuration ??= new ConfigurationManager();
        var directory = appHost.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(attribute => attribute.Key == "apphostprojectpath")?.Value;
        var profile = directory is null ? null : LaunchSettings.Read(directory)?.Profiles.Values.FirstOrDefault(candidate => candidate.CommandName == "Project");
        settings.Configuration.AddInMemoryCollection(profile?.EnvironmentVariables.Select(variable => new KeyValuePair<string, string?>(variable.Key, variable.Value)) ?? []);
        settings.Configuration.AddInMemoryCollection([new("DcpPublisher:RandomizePorts", "true"), new("ASPNETCORE_URLS", profile?.ApplicationUrl)]);
        configure(options, settings);
    }
}
