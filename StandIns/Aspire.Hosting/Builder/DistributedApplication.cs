using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Pipelines;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

public class DistributedApplication(IHost host) : IHost, IAsyncDisposable
{
    public IServiceProvider Services => host.Services;
    public ResourceNotificationService ResourceNotifications => Services.GetRequiredService<ResourceNotificationService>();
    public ResourceCommandService ResourceCommands => Services.GetRequiredService<ResourceCommandService>();

    public static IDistributedApplicationBuilder CreateBuilder() => CreateBuilder([]);

    public static IDistributedApplicationBuilder CreateBuilder(string[] args) => CreateBuilder(new DistributedApplicationOptions { Args = args });

    public static IDistributedApplicationBuilder CreateBuilder(DistributedApplicationOptions options) => new DistributedApplicationBuilder(options);

    public void Run() => RunAsync().GetAwaiter().GetResult();

    public virtual async Task RunAsync(CancellationToken cancellationToken = default)
    {
        if (EntryPointObserver.Current is { } observer)
        {
            // A test holds the application and starts it; the entry point only waits for its end.
            await observer.Ended.WaitAsync(cancellationToken);
            return;
        }

        try
        {
            if (Services.GetRequiredService<DistributedApplicationExecutionContext>().IsPublishMode)
            {
                await Services.GetRequiredService<PipelineExecutor>().PublishAsync(cancellationToken);
                await DisposeAsync();
                return;
            }

            var background = Services.GetServices<IHostedService>().OfType<BackgroundService>().ToArray();
            await host.RunAsync(cancellationToken);
            foreach (var failed in background.Select(service => service.ExecuteTask).Where(task => task is { IsFaulted: true }))
            {
                await Console.Error.WriteLineAsync(failed!.Exception!.ToString());
                Environment.ExitCode = 1;
            }
        }
        catch (DistributedApplicationException exception)
        {
            // A reason to be read by a person, not a stack trace.
            await Console.Error.WriteLineAsync(exception.Message);
            Environment.ExitCode = 1;
        }
    }

    public virtual async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (Services.GetRequiredService<DistributedApplicationExecutionContext>().IsPublishMode)
        {
            await Services.GetRequiredService<PipelineExecutor>().PublishAsync(cancellationToken);
            return;
        }

        await host.StartAsync(cancellationToken);
    }

    public virtual Task StopAsync(CancellationToken cancellationToken = default) => host.StopAsync(cancellationToken);

    public virtual void Dispose()
    {
        DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await ((IAsyncDisposable)host).DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

public sealed class DistributedApplicationOptions
{
    public string[]? Args { get; set; }
    public string? AssemblyName { get; set; }
    public bool DisableDashboard { get; set; }
    public string? ProjectDirectory { get; set; }
    public bool AllowUnsecuredTransport { get; set; }

    internal Assembly? Assembly => AssemblyName is null ? Assembly.GetEntryAssembly() : Assembly.Load(AssemblyName);
}

public class DistributedApplicationException : Exception
{
    public DistributedApplicationException()
    {
    }

    public DistributedApplicationException(string message) : base(message)
    {
    }

    public DistributedApplicationException(string message, Exception inner) : base(message, inner)
    {
    }
}

public class MissingParameterValueException : DistributedApplicationException
{
    public MissingParameterValueException(string message) : base(message)
    {
    }

    public MissingParameterValueException(string message, Exception innerException) : base(message, innerException)
    {
    }
}

public enum DistributedApplicationOperation { Run, Publish }

public class DistributedApplicationExecutionContext(DistributedApplicationOperation operation)
{
    public DistributedApplicationOperation Operation { get; } = operation;
    public bool IsPublishMode => Operation is DistributedApplicationOperation.Publish;
    public bool IsRunMode => Operation is DistributedApplicationOperation.Run;
    public IServiceProvider ServiceProvider => Provider ?? throw new InvalidOperationException("The services are not built yet.");

    internal IServiceProvider? Provider { get; set; }
}

/// <summary>Lets the testing builder hold an AppHost's entry point at its decisive moments.</summary>
internal sealed class EntryPointObserver
{
    private static readonly AsyncLocal<EntryPointObserver?> _current = new();

    public static EntryPointObserver? Current
    {
        get => _current.Value;
        set => _current.Value = value;
    }

    public required Action<DistributedApplicationOptions, HostApplicationBuilderSettings> OnConstructing { get; init; }
    public required Action<DistributedApplicationBuilder> OnBuilding { get; init; }
    public required Action<DistributedApplication> OnBuilt { get; init; }
    public required Task Ended { get; init; }
}
