using System.Text.Json.Serialization;

namespace MaintenanceWorker.Schedule;

/// <summary>A job as operations show it.</summary>
internal sealed record JobView(
    string Job, string Operation, string Cron, string TimeZone, string? Window, bool Enabled, DateTimeOffset? Next, DateTimeOffset? LastMoment, string? LastState, string? LastOutcome, Guid? LastRun,
    DateTimeOffset? Skipped, string? SkippedReason, DateTimeOffset? PausedAt, string? PausedBy);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(JobView))]
[JsonSerializable(typeof(IReadOnlyList<JobView>))]
internal sealed partial class JobJson : JsonSerializerContext;
