namespace PostgresNode.Configuration;

/// <summary>Another node of the cluster.</summary>
internal sealed class PeerOptions
{
    /// <summary>Its <see cref="PostgresNodeOptions.NodeName"/>.</summary>
    public string Name { get; set; } = "";

    /// <summary>Where its PostgreSQL is reached from this node.</summary>
    public string Host { get; set; } = "";

    /// <summary>Its PostgreSQL's port, 1 to 65535.</summary>
    public int Port { get; set; }

    /// <summary>The address of its control API.</summary>
    public Uri? ControlUrl { get; set; }
}
