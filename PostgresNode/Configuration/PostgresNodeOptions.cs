namespace PostgresNode.Configuration;

/// <summary>What a node is told; bound from <c>Postgres</c>. Nothing of it is stored.</summary>
internal sealed class PostgresNodeOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Postgres";

    /// <summary>This node's name, such as <c>postgres-1</c>: lower-case letters, digits and hyphens, at most 40.</summary>
    public string NodeName { get; set; } = "";

    /// <summary>This node's number in the cluster, from 1; by default the number that its name ends in.</summary>
    public int NodeId { get; set; }

    /// <summary>The node's folder. PGDATA is <c>data</c> in it; configuration, sockets and what was set aside lie beside.</summary>
    public string DataDir { get; set; } = "";

    /// <summary>The directory of PostgreSQL's programs.</summary>
    public string BinDir { get; set; } = "";

    /// <summary>The address that PostgreSQL listens on; several with commas.</summary>
    public string ListenAddress { get; set; } = "127.0.0.1";

    /// <summary>The name under which the other nodes reach this one.</summary>
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>PostgreSQL's port, 1 to 65535.</summary>
    public int Port { get; set; }

    /// <summary>The other nodes.</summary>
    public IList<PeerOptions> Peers { get; } = [];

    /// <summary>The roles' passwords.</summary>
    public RolePasswords Passwords { get; set; } = new();

    /// <summary>The application's database.</summary>
    public string Database { get; set; } = "conversations";

    /// <summary>What a commit waits for.</summary>
    public Durability Durability { get; set; }

    /// <summary>The secret of the control API, the same on every node: at least 16 characters.</summary>
    public string ControlKey { get; set; } = "";

    /// <summary>Which checkout the data belongs to; two never share data.</summary>
    public string Checkout { get; set; } = "";

    /// <summary>Which runtime the data belongs to: <c>local</c> or <c>container</c>.</summary>
    public string Runtime { get; set; } = "local";

    /// <summary>Networks that clients and nodes may come from, besides loopback, as in pg_hba.conf: <c>samenet</c>, <c>10.0.0.0/8</c>, <c>all</c>. Not the superuser, for whom there is <see cref="SuperuserNetworks"/>.</summary>
    public IList<string> ClientNetworks { get; } = [];

    /// <summary>Networks that the superuser may come from, besides loopback; none by default, and none is needed. Named as in <see cref="ClientNetworks"/>.</summary>
    public IList<string> SuperuserNetworks { get; } = [];

    /// <summary>Settings of postgresql.conf that win over the node's own, by name; all but <c>log_line_prefix</c> and <c>lc_messages</c>, by which the node reads the log.</summary>
    public IDictionary<string, string> Settings { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The space below which nothing is made or started, in MiB: 16 or more.</summary>
    public int MinimumFreeMegabytes { get; set; } = 256;

    /// <summary>How many folders with data or WAL that a rejoin set aside are kept, the newest: 1 or more. What one rejoin sets aside stays whole until the next.</summary>
    public int SetAsideToKeep { get; set; } = 3;

    /// <summary>
    /// Whether the node ends, as after SIGTERM, when the process that started it does, however that ended. For a
    /// node below a process that nobody else would end it for, such as <c>dotnet run</c>; not for one that a shell puts into the background.
    /// </summary>
    public bool EndWithParent { get; set; }

    /// <summary>How long a peer may take to answer, 100 ms to 30 s.</summary>
    public TimeSpan PeerTimeout { get; set; } = TimeSpan.FromSeconds(2);
}
