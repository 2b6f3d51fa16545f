using System.Text.Json;
using System.Text.Json.Serialization;

namespace AppHost.Operations;

/// <summary>What an operation answered that only looks.</summary>
internal sealed record WorkerAnswer(JsonElement Value, string? Summary, bool NeedsAttention);

/// <summary>A run, as far as a command shows it.</summary>
internal sealed record WorkerRun(
    Guid Id, string State, DateTimeOffset? FinishedAt, double? Progress, string? ProgressText, string? Summary, bool NeedsAttention, JsonElement? Result, string? Error, string? CancelRequestedBy);

/// <summary>A line of a run's log.</summary>
internal sealed record WorkerLogLine(int Line, string Level, string Message);

/// <summary>Why the worker refuses (RFC 9457).</summary>
internal sealed record WorkerProblem(string? Title, string? Detail, IReadOnlyDictionary<string, string[]>? Errors)
{
    public string? Text => Errors is { Count: > 0 } ? string.Join(" ", Errors.SelectMany(error => error.Value)) : Detail ?? Title;
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(WorkerRun))]
[JsonSerializable(typeof(IReadOnlyList<WorkerLogLine>))]
[JsonSerializable(typeof(WorkerProblem))]
internal sealed partial class WorkerJson : JsonSerializerContext;
