using System.Text.Json.Serialization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ServiceDefaults.Health;

/// <summary>What a probe is told. Descriptions and exceptions can hold addresses and user names: they go to the log, not here.</summary>
/// <param name="Status">Healthy, Degraded or Unhealthy: the worst of the checks.</param>
/// <param name="Checks">Each check by its name.</param>
internal sealed record HealthAnswer(HealthStatus Status, IReadOnlyDictionary<string, CheckAnswer> Checks)
{
    public static HealthAnswer Of(HealthReport report) => new(report.Status, report.Entries.ToDictionary(
        entry => entry.Key, entry => new CheckAnswer(entry.Value.Status, Math.Round(entry.Value.Duration.TotalMilliseconds, 1))));
}

/// <summary>One check's result.</summary>
/// <param name="Status">Healthy, Degraded or Unhealthy.</param>
/// <param name="DurationMilliseconds">How long the check took.</param>
internal sealed record CheckAnswer(HealthStatus Status, double DurationMilliseconds);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(HealthAnswer))]
internal sealed partial class HealthJson : JsonSerializerContext;
