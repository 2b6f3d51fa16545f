using System.Reflection;

namespace MaintenanceWorker.Monitoring.Instruments;

/// <summary>Every metric of the worker.</summary>
internal static class Metrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "ConversationPlatform.PostgreSql";

    public static IReadOnlyList<MetricDefinition> All { get; } = [.. new[] { typeof(PostgresMetrics), typeof(PlatformMetrics) }
        .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static)).Where(field => field.FieldType == typeof(MetricDefinition))
        .Select(field => (MetricDefinition)field.GetValue(null)!).OrderBy(metric => metric.Name, StringComparer.Ordinal)];
}
