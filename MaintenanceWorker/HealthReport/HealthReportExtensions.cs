using MaintenanceWorker.Monitoring;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace MaintenanceWorker.HealthReport;

internal static class HealthReportExtensions
{
    /// <summary>Adds the health report, its thresholds and the watch over them.</summary>
    /// <exception cref="InvalidOperationException">The file that <c>Alerts:File</c> names cannot be read.</exception>
    public static void AddHealthReport(this IHostApplicationBuilder builder)
    {
        builder.AddAlertsOptions();
        builder.AddServers();
        builder.Services.TryAddSingleton<HealthReporter>();
        builder.Services.AddSingleton<FindingsWatch>();
        builder.Services.AddHostedService(services => services.GetRequiredService<FindingsWatch>());
        builder.Services.AddHealthChecks().AddCheck<FindingsCheck>("database");
    }

    private static void AddAlertsOptions(this IHostApplicationBuilder builder)
    {
        // First of all sources, so that every other wins.
        if (builder.Configuration[$"{AlertsOptions.Section}:{nameof(AlertsOptions.File)}"] is { Length: > 0 } path)
            builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = AlertsFile.Read(Path.GetFullPath(path, builder.Environment.ContentRootPath)) });
        builder.Services.AddOptions<AlertsOptions>().BindConfiguration(AlertsOptions.Section).ValidateOnStart();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AlertsOptions>, AlertsOptionsValidator>());
    }
}
