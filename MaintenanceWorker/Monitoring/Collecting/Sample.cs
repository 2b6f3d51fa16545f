using MaintenanceWorker.Monitoring.Instruments;

namespace MaintenanceWorker.Monitoring.Collecting;

/// <summary>A number of a metric.</summary>
/// <param name="Key">Tells the series apart from others of the same metric.</param>
/// <param name="Value">The number.</param>
/// <param name="Tags">The series' attributes.</param>
internal readonly record struct Sample(string Key, double Value, KeyValuePair<string, object?>[] Tags);

/// <summary>What one query gave.</summary>
/// <param name="Samples">By metric.</param>
/// <param name="ValidUntil">When it is too old to be told.</param>
internal sealed record Reading(IReadOnlyDictionary<MetricDefinition, List<Sample>> Samples, DateTimeOffset ValidUntil);
