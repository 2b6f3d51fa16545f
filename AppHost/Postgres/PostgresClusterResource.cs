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
    /// <param name="role">Whose.</param>
    /// <param name="isPublished">Whether it goes into a manifest, where the password is an input that must have no quotation mark.</param>
    public ReferenceExpression ConnectionStringOf(PostgresRole role, bool isPublished)
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

        text.AppendLiteral($";Database={Database};Username={role.UserName()};Password=\"");
        if (isPublished)
        {
            text.AppendFormatted(Passwords[role]);
        }
        else
        {
            text.AppendFormatted(new QuotedValue(Passwords[role]));
        }

        text.AppendLiteral("\"");
        return text.Build();
    }

    /// <summary>A value inside quotation marks of a connection string, where one of its own stands twice.</summary>
    private sealed class QuotedValue(ParameterResource parameter) : IValueProvider, IManifestExpressionProvider
    {
        public string ValueExpression => parameter.ValueExpression;

        public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
            (await parameter.GetValueAsync(cancellationToken))?.Replace("\"", "\"\"", StringComparison.Ordinal);
    }
}
