using MaintenanceWorker.Monitoring.Collecting;
using MaintenanceWorker.Monitoring.Instruments;
using MaintenanceWorker.Monitoring.Servers;
using MaintenanceWorker.Nodes;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;

namespace MaintenanceWorker.Monitoring;

internal static class MonitoringExtensions
{
    /// <summary>Adds the collection of the servers' numbers and their publication as metrics.</summary>
    public static void AddMonitoring(this IHostApplicationBuilder builder)
    {
        builder.AddServers();
        builder.AddNodes();
        builder.Services.AddSingleton<Board>();
        builder.Services.AddSingleton<PublishingTurn>();
        builder.Services.AddSingleton<NodeCollector>();
        builder.Services.AddSingleton<MetricPublisher>();
        builder.Services.AddHostedService(services => services.GetRequiredService<MetricPublisher>());
        builder.Services.AddHostedService<CollectionService>();
        builder.Services.ConfigureOpenTelemetryMeterProvider((services, metrics) => metrics.AddView(instrument => instrument.Meter.Name == Metrics.MeterName
            ? new MetricStreamConfiguration { CardinalityLimit = Budget(services)[instrument.Name] } : null));
    }

    /// <summary>Adds the sessions that monitoring and the health report use. Calling it again changes nothing.</summary>
    public static void AddServers(this IHostApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddOptions<MonitoringOptions>().BindConfiguration(MonitoringOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.TryAddSingleton<DatabaseServers>();
    }

    private static IReadOnlyDictionary<string, int> Budget(IServiceProvider services) =>
        SeriesBudget.For(services.GetRequiredService<IOptions<MonitoringOptions>>().Value, services.GetRequiredService<DatabaseServers>().All.Count);
}
