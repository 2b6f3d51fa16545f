using System.Text.Json;
using System.Text.Json.Serialization;

namespace AppHost.Postgres.Nodes;

/// <summary>A node's answer to its AppHost, as far as that shows it.</summary>
internal sealed record NodeStatus(string Phase, string State, string Role, long? Timeline, string? Lsn, bool? Streaming, long? LagBytes, double? LagSeconds, string? ServerVersion, double? LastAnswerSeconds);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(NodeStatus))]
internal sealed partial class NodeStatusJson : JsonSerializerContext;
