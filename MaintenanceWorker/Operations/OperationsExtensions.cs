using MaintenanceWorker.Operations.Http;
using MaintenanceWorker.Operations.Runs;
using ServiceDefaults.Authentication;

namespace MaintenanceWorker.Operations;

internal static class OperationsExtensions
{
    /// <summary>What doing operations takes, without taking runs from the queue.</summary>
    public static IHostApplicationBuilder AddOperations(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<OperationOptions>().BindConfiguration(OperationOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<WorkerName>();
        builder.Services.AddSingleton<OperationHandlers>();
        builder.Services.AddSingleton<OperationTelemetry>();
        builder.Services.AddSingleton<OperationRunner>();
        builder.Services.AddSingleton<RunQueue>();
        builder.Services.AddSingleton<BegunRuns>();
        builder.Services.AddSingleton<RunRecord>();
        builder.Services.AddSingleton<RunReader>();
        builder.Services.AddSingleton<RunEnds>();
        builder.Services.AddSingleton<RunExecution>();
        builder.Services.AddSingleton<RunSignal>();
        return builder;
    }

    /// <summary>Takes runs from the queue.</summary>
    public static IHostApplicationBuilder AddRunWorker(this IHostApplicationBuilder builder)
    {
        // Ended in the opposite order: the sweeper records what the others left.
        builder.Services.AddHostedService<RunSweeper>();
        builder.Services.AddHostedService<RunWorker>();
        return builder;
    }

    /// <summary>Says who does an operation.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The operation's name in the catalogue.</param>
    public static IServiceCollection AddOperation<THandler>(this IServiceCollection services, string name)
        where THandler : class, IOperationHandler =>
        services.AddSingleton<THandler>().AddSingleton(new OperationRegistration(name, provider => provider.GetRequiredService<THandler>()));

    /// <summary>Maps <c>/ops</c>.</summary>
    public static WebApplication MapOperationEndpoints(this WebApplication app)
    {
        // Made now, so that a catalogue and handlers that do not fit stop the start.
        app.Services.GetRequiredService<OperationHandlers>();
        var ops = app.MapGroup("/ops").RequireScopes();
        ops.MapOperations();
        ops.MapRuns();
        return app;
    }
}
