using System.Text.Json.Serialization;

namespace PostgresNode.Control;

/// <summary>What a node is doing.</summary>
internal enum NodePhase
{
    /// <summary>Looking at its data and its peers.</summary>
    Starting,

    /// <summary>Cannot go on before a peer does something; <see cref="NodeStatus.State"/> says what.</summary>
    Waiting,

    /// <summary>PostgreSQL takes connections.</summary>
    Running,

    /// <summary>Going down.</summary>
    Stopping,

    /// <summary>Stopped by request.</summary>
    Stopped,

    /// <summary>Something is wrong; it tries again.</summary>
    Failed,
}

/// <summary>What a node is in the cluster, or what its data was when it last ran.</summary>
internal enum NodeRole
{
    /// <summary>Nothing: it does not run, or has no data.</summary>
    None,

    /// <summary>It takes writes.</summary>
    Primary,

    /// <summary>It follows the primary.</summary>
    Replica,

    /// <summary>Of data alone: the node has not read it yet, or cannot.</summary>
    Unknown,
}

/// <summary>A node's answer to "how are you", also what its peers decide by.</summary>
internal sealed record NodeStatus
{
    public required string Name { get; init; }

    public required int Id { get; init; }

    public required NodePhase Phase { get; init; }

    /// <summary>One sentence that explains the phase to a person.</summary>
    public required string State { get; init; }

    /// <summary>When the phase or its reason last changed.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>How long ago the server last answered, in seconds; null while it does not run. It is asked about once a second, and what is said of it here is that old.</summary>
    public double? LastAnswerSeconds { get; init; }

    /// <summary>What the server is now, or was at its last answer; None while it does not run.</summary>
    public required NodeRole Role { get; init; }

    /// <summary>What the data last was; None when there is none, Unknown while that cannot be said.</summary>
    public required NodeRole DataRole { get; init; }

    /// <summary>The data's timeline; each promotion begins a new one.</summary>
    public uint? Timeline { get; init; }

    /// <summary>How far its WAL goes, such as 0/3000148: written on a primary, received on a replica, as of the last checkpoint when stopped.</summary>
    public string? Lsn { get; init; }

    /// <summary>While the server does not run: whether it was shut down, so that nothing but the shutdown's own record stands at <see cref="Lsn"/> or after it. Null without data.</summary>
    public bool? Clean { get; init; }

    /// <summary>Which cluster the data belongs to.</summary>
    public string? SystemIdentifier { get; init; }

    /// <summary>On a replica: whether WAL is streaming in.</summary>
    public bool? Streaming { get; init; }

    /// <summary>On a replica: WAL known of but not replayed, in bytes.</summary>
    public long? LagBytes { get; init; }

    /// <summary>On a replica: age of the last replayed transaction, zero when nothing is left to replay, in seconds.</summary>
    public double? LagSeconds { get; init; }

    /// <summary>On a primary: the replicas that stream from it.</summary>
    public IReadOnlyList<ReplicaStatus> Replicas { get; init; } = [];

    /// <summary>The size of all databases, in bytes.</summary>
    public long? DatabaseBytes { get; init; }

    /// <summary>Free space where the data lies, in bytes.</summary>
    public long? DiskFreeBytes { get; init; }

    /// <summary>Space in all where the data lies, in bytes.</summary>
    public long? DiskTotalBytes { get; init; }

    /// <summary>PostgreSQL's version.</summary>
    public string? ServerVersion { get; init; }

    /// <summary>What a commit waits for: asynchronous or synchronous, as it is in force.</summary>
    public string? Durability { get; init; }

    /// <summary>Folders with data or WAL that a rejoin set aside, oldest first. The node removes the oldest by itself when there are more than it keeps.</summary>
    public IReadOnlyList<string> SetAside { get; init; } = [];
}

/// <summary>A replica as its primary sees it.</summary>
/// <param name="Name">The node.</param>
/// <param name="State">streaming, catchup, startup or backup.</param>
/// <param name="SyncState">async, potential, sync or quorum.</param>
/// <param name="LagBytes">WAL that it has not replayed, in bytes.</param>
internal sealed record ReplicaStatus(string Name, string State, string SyncState, long? LagBytes);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NodeStatus))]
internal sealed partial class ControlJson : JsonSerializerContext;
