using System.Text.Json;
using System.Text.Json.Serialization;

namespace MaintenanceWorker.Cli;

/// <summary>A run as the list shows it.</summary>
internal sealed record RunRow(Guid Id, string Operation, string State, string By, string Through, DateTimeOffset At, string? Outcome);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(RunRow[]))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class CliJson : JsonSerializerContext;
