namespace PostgresNode.Configuration;

/// <summary>The passwords of the roles that log in, the same on every node; printable ASCII.</summary>
internal sealed class RolePasswords
{
    /// <summary>postgres, over TCP from the node's own machine, or from <see cref="PostgresNodeOptions.SuperuserNetworks"/>; the node itself uses the local socket.</summary>
    public string Superuser { get; set; } = "";

    /// <summary>conversation_owner.</summary>
    public string Owner { get; set; } = "";

    /// <summary>app_user.</summary>
    public string App { get; set; } = "";

    /// <summary>maintenance.</summary>
    public string Maintenance { get; set; } = "";

    /// <summary>analytics_reader.</summary>
    public string Analytics { get; set; } = "";

    /// <summary>replicator: streaming, base backups, pg_rewind.</summary>
    public string Replication { get; set; } = "";

    /// <summary>repmgr.</summary>
    public string Repmgr { get; set; } = "";

    /// <summary>Each password under the name of its configuration key.</summary>
    public IEnumerable<(string Key, string Value)> All =>
    [
        (nameof(Superuser), Superuser), (nameof(Owner), Owner), (nameof(App), App), (nameof(Maintenance), Maintenance),
        (nameof(Analytics), Analytics), (nameof(Replication), Replication), (nameof(Repmgr), Repmgr),
    ];
}
