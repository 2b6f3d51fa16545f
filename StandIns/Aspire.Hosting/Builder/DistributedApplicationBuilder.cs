using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Pipelines;
using Aspire.Hosting.Publishing;
using Aspire.Hosting.Running;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

public class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private static readonly Dictionary<string, string> _switches = new()
    {
        ["--operation"] = "AppHost:Operation",
        ["--publisher"] = "Publishing:Publisher",
        ["--step"] = "Pipeline:Step",
        ["--output-path"] = "Pipeline:OutputPath",
    };

    private readonly HostApplicationBuilder _host;

    public DistributedApplicationBuilder(string[] args) : this(new DistributedApplicationOptions { Args = args })
    {
    }

    public DistributedApplicationBuilder(DistributedApplicationOptions options)
    {
        var settings = new HostApplicationBuilderSettings { Args = options.Args };
        EntryPointObserver.Current?.OnConstructing(options, settings);
        AppHostAssembly = options.Assembly;
        AppHostDirectory = options.ProjectDirectory ?? MetadataOf("apphostprojectpath") ?? Directory.GetCurrentDirectory();
        settings.ContentRootPath ??= AppHostDirectory;
        settings.ApplicationName ??= AppHostAssembly?.GetName().Name;
        _host = new HostApplicationBuilder(settings);
        _host.Configuration.AddCommandLine(settings.Args ?? [], _switches);
        PipelineExecutor.UnderstandPublisher(_host.Configuration);

        UserSecrets = new UserSecrets(AppHostAssembly, _host.Configuration);
        var publish = _host.Configuration["Publishing:Publisher"] is not null
            || string.Equals(_host.Configuration["AppHost:Operation"], "publish", StringComparison.OrdinalIgnoreCase);
        ExecutionContext = new DistributedApplicationExecutionContext(publish ? DistributedApplicationOperation.Publish : DistributedApplicationOperation.Run);
        AddServices(options);
    }

    public IHostEnvironment Environment => _host.Environment;
    public ConfigurationManager Configuration => _host.Configuration;
    public IServiceCollection Services => _host.Services;
    public string AppHostDirectory { get; }
    public Assembly? AppHostAssembly { get; }
    public DistributedApplicationExecutionContext ExecutionContext { get; }
    public IResourceCollection Resources { get; } = new ResourceCollection([]);
    public IDistributedApplicationEventing Eventing { get; } = new DistributedApplicationEventing();

    internal UserSecrets UserSecrets { get; }

    public IResourceBuilder<T> AddResource<T>(T resource) where T : IResource
    {
        if (Resources.FirstOrDefault(other => string.Equals(other.Name, resource.Name, StringComparison.OrdinalIgnoreCase)) is { } taken)
        {
            throw new DistributedApplicationException($"Cannot add resource '{resource.Name}' of type '{typeof(T)}': a resource of type '{taken.GetType()}' has that name already. Names are case-insensitive.");
        }

        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource) where T : IResource => new ResourceBuilder<T>(this, resource);

    public DistributedApplication Build()
    {
        EntryPointObserver.Current?.OnBuilding(this);
        var application = new DistributedApplication(_host.Build());
        ExecutionContext.Provider = application.Services;
        EntryPointObserver.Current?.OnBuilt(application);
        return application;
    }

    internal static UserSecrets SecretsOf(IDistributedApplicationBuilder builder) =>
        (builder as DistributedApplicationBuilder)?.UserSecrets ?? new UserSecrets(builder.AppHostAssembly, builder.Configuration);

    private void AddServices(DistributedApplicationOptions options)
    {
        _host.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);

        // What fails is told once, by RunAsync or to the caller of StartAsync.
        _host.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        _host.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        _host.Logging.AddFilter("System.Net.Http", LogLevel.Warning);
        _host.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks.DefaultHealthCheckService", LogLevel.None);
        _host.Logging.AddConfiguration(Configuration.GetSection("Logging"));
        Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        Services.Configure<ResourceNotificationServiceOptions>(notifications => notifications.DefaultWaitBehavior =
            options.DisableDashboard ? WaitBehavior.StopOnResourceUnavailable : WaitBehavior.WaitOnResourceUnavailable);
        Services.AddHealthChecks();
        Services.AddHttpClient();
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(options);
        Services.AddSingleton(ExecutionContext);
        Services.AddSingleton(Eventing);
        Services.AddSingleton(_ => new DistributedApplicationModel(Resources));
        Services.AddSingleton<ResourceNotificationService>();
        Services.AddSingleton<ResourceLoggerService>();
        Services.AddSingleton(services => new ResourceCommandService(
            services.GetRequiredService<ResourceNotificationService>(), services.GetRequiredService<ResourceLoggerService>(), services));
        Services.AddSingleton(services => new ManifestPublisher(services, AppHostDirectory));
        Services.AddSingleton<IPipelineOutputService>(_ => new PipelineOutput(Configuration, AppHostDirectory));
        Services.AddSingleton<PipelineExecutor>();
        if (ExecutionContext.IsRunMode)
        {
            Services.AddSingleton(UserSecrets);
            Services.AddSingleton<ResourceProcesses>();
            Services.AddSingleton<DashboardResources>();
            Services.AddSingleton<HealthMonitor>();
            Services.AddHostedService<ApplicationRunner>();
        }
    }

    private string? MetadataOf(string key) => AppHostAssembly?.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(attribute => string.Equals(attribute.Key, key, StringComparison.OrdinalIgnoreCase))?.Value;

    private sealed class ResourceBuilder<T>(IDistributedApplicationBuilder applicationBuilder, T resource) : IResourceBuilder<T> where T : IResource
    {
        public IDistributedApplicationBuilder ApplicationBuilder { get; } = applicationBuilder;
        public T Resource { get; } = resource;

        public IResourceBuilder<T> WithAnnotation<TAnnotation>(TAnnotation annotation, ResourceAnnotationMutationBehavior behavior)
            where TAnnotation : IResourceAnnotation
        {
            if (behavior is ResourceAnnotationMutationBehavior.Replace)
            {
                foreach (var earlier in Resource.Annotations.OfType<TAnnotation>().ToArray())
                {
                    Resource.Annotations.Remove(earlier);
                }
            }

            Resource.Annotations.Add(annotation);
            return this;
        }
    }
}
