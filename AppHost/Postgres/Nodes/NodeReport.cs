using System.Text.Json;
using System.Text.Json.Serialization;

namespace AppHost.Postgres.Nodes;

/// <summary>What a node reports to its AppHost, as far as that shows it.</summary>
internal sealed record NodeReport(string Phase, string State, string Role, long? Timeline, string? Lsn, bool? Streaming, long? LagBytes, double? LagSeconds, string? ServerVersion, double? LastAnswerSeconds);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(NodeReport))]
internal sealed partial class NodeReportJson : JsonSerializerContext;
