namespace AppHost.Postgres;

/// <summary>A PostgreSQL cluster: its nodes, of which one leads. Which one is state, not a name.</summary>
internal sealed class PostgresClusterResource(string name) : Resource(name), IResourceWithWaitSupport
{
    internal const string ServerEndpoint = "tcp";
    internal const string ControlEndpoint = "http";
    internal const string Database = "conversations";

    /// <summary>The nodes, in the order of their numbers; none when somebody else runs PostgreSQL.</summary>
    public List<IResourceWithEndpoints> Nodes { get; } = [];

    /// <summary>The roles' passwords, by role.</summary>
    public Dictionary<PostgresRole, ParameterResource> Passwords { get; } = [];

    /// <summary>The secret of the nodes' control API.</summary>
    public ParameterResource? ControlKey { get; set; }

    /// <summary>The connection string of a PostgreSQL that somebody else runs.</summary>
    public ParameterResource? External { get; set; }

    /// <summary>
    /// The connection string of one role, with every node in it: a client asks each for what it wants (a primary, a standby),
    /// so a failover needs neither a new configuration nor a restart.
    /// </summary>
    public ReferenceExpression ConnectionStringOf(PostgresRole role)
    {
        if (External is not null)
        {
            return ReferenceExpression.Create($"{External}");
        }

        var text = new ReferenceExpressionBuilder();
        text.AppendLiteral("Host=");
        for (var i = 0; i < Nodes.Count; i++)
        {
            var server = Nodes[i].GetEndpoint(ServerEndpoint);
            text.AppendLiteral(i == 0 ? "" : ",");
            text.AppendFormatted(server.Property(EndpointProperty.Host));
            text.AppendLiteral(":");
            text.AppendFormatted(server.Property(EndpointProperty.Port));
        }

        text.AppendLiteral($";Database={Database};Username={role.UserName()};Password=");
        text.AppendFormatted(Passwords[role]);
        return text.Build();
    }
}
