using System.Text.Json;
using System.Text.Json.Serialization;

namespace MaintenanceWorker.Nodes;

/// <summary>A node's answer to "how are you", as far as the worker uses it.</summary>
/// <param name="Name">The node.</param>
/// <param name="Phase">Starting, Waiting, Running, Stopping, Stopped or Failed.</param>
/// <param name="State">One sentence that explains the phase.</param>
/// <param name="Role">None, Primary or Replica.</param>
/// <param name="Timeline">The data's timeline.</param>
/// <param name="Lsn">How far its WAL goes.</param>
/// <param name="Streaming">On a replica: whether WAL is streaming in.</param>
/// <param name="LagBytes">On a replica: WAL known of but not replayed, in bytes.</param>
/// <param name="LagSeconds">On a replica: age of the last replayed transaction, in seconds.</param>
/// <param name="DiskFreeBytes">Free space where the data lies, in bytes.</param>
/// <param name="DiskTotalBytes">Space in all where the data lies, in bytes.</param>
/// <param name="ServerVersion">PostgreSQL's version.</param>
/// <param name="Durability">What a commit waits for: asynchronous or synchronous.</param>
internal sealed record NodeAnswer(string Name, string Phase, string State, string Role, long? Timeline, string? Lsn, bool? Streaming, long? LagBytes, double? LagSeconds,
    long? DiskFreeBytes, long? DiskTotalBytes, string? ServerVersion, string? Durability);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(NodeAnswer))]
internal sealed partial class NodeJson : JsonSerializerContext;
