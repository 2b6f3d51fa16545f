using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace MaintenanceWorker.Alerts;

internal static class AlertsExtensions
{
    /// <summary>Adds the thresholds.</summary>
    /// <exception cref="InvalidOperationException">The file that <c>Alerts:File</c> names cannot be read.</exception>
    public static void AddAlertsOptions(this IHostApplicationBuilder builder)
    {
        // First of all sources, so that every other wins.
        if (builder.Configuration[$"{AlertsOptions.Section}:{nameof(AlertsOptions.File)}"] is { Length: > 0 } path)
            builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = AlertsFile.Read(Path.GetFullPath(path, builder.Environment.ContentRootPath)) });
        builder.Services.AddOptions<AlertsOptions>().BindConfiguration(AlertsOptions.Section).ValidateOnStart();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AlertsOptions>, AlertsOptionsValidator>());
    }

    /// <summary>Adds the watch over the findings, and their word in the worker's health.</summary>
    public static void AddFindings(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<FindingsWatch>();
        builder.Services.AddHostedService(services => services.GetRequiredService<FindingsWatch>());
        builder.Services.AddHealthChecks().AddCheck<FindingsCheck>("database");
    }
}
