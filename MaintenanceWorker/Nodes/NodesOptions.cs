namespace MaintenanceWorker.Nodes;

/// <summary>The cluster's nodes, as far as their control API may be used; bound from <c>Nodes</c>, a list. None where somebody else runs PostgreSQL.</summary>
public sealed class NodesOptions : List<NodeOptions>
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Nodes";
}

/// <summary>How one node is reached.</summary>
public sealed class NodeOptions
{
    /// <summary>The node's name, such as <c>postgres-1</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary>The address of its control API, http or https.</summary>
    public Uri? Address { get; set; }

    /// <summary>The secret of its control API: at least 16 characters.</summary>
    public string ControlKey { get; set; } = "";

    /// <summary>Where its PostgreSQL listens, <c>host:port</c> as in the connection string; tells whose the node's numbers are. Optional.</summary>
    public string? Server { get; set; }
}
