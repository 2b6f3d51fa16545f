using System.Text.Json.Serialization;

namespace MaintenanceWorker.Nodes;

/// <summary>A node as <c>status</c> shows it.</summary>
/// <param name="Name">The node's name, or its address where the worker does not know its name.</param>
/// <param name="Server">Where its PostgreSQL listens.</param>
/// <param name="Role">primary, replica, or down when PostgreSQL does not answer.</param>
/// <param name="Timeline">Of its data.</param>
/// <param name="Lsn">Written by a primary, replayed by a replica.</param>
/// <param name="LagBytes">WAL of the primary that a replica has not replayed; null where there is no primary.</param>
/// <param name="LagSeconds">Age of what a replica replayed last; 0 when it has replayed all that it has.</param>
/// <param name="Streaming">Whether a replica receives WAL.</param>
/// <param name="Version">PostgreSQL's.</param>
/// <param name="UpSince">When PostgreSQL started.</param>
/// <param name="DiskFreeBytes">Free where the data lies; null where the node's control API is not known.</param>
/// <param name="Says">What the node says of itself, or why it does not answer.</param>
internal sealed record ClusterNode(
    string Name, string Server, string Role, long? Timeline, string? Lsn, long? LagBytes, double? LagSeconds, bool? Streaming, string? Version, DateTimeOffset? UpSince, long? DiskFreeBytes, string? Says);

/// <summary>The cluster as <c>status</c> shows it.</summary>
/// <param name="Problems">What somebody should look at; empty when all is well.</param>
/// <param name="Nodes">In the order of the connection string.</param>
internal sealed record ClusterView(IReadOnlyList<string> Problems, IReadOnlyList<ClusterNode> Nodes);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ClusterView))]
internal sealed partial class ClusterJson : JsonSerializerContext;
