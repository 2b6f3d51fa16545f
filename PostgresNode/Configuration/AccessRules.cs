namespace PostgresNode.Configuration;

/// <summary>
/// pg_hba.conf and pg_ident.conf: the node by the local socket as itself, everybody else by SCRAM. The superuser comes from this machine alone
/// unless other networks are named: no service and no other node needs him (pg_rewind and base backups log in as replicator, repmgr as itself).
/// </summary>
internal static class AccessRules
{
    private static readonly string[] _loopback = ["127.0.0.1/32", "::1/128"];

    public static string HostBased(PostgresNodeOptions options) =>
        "# Written by PostgresNode at each start.\n"
        + "local all postgres peer map=node\n"
        + "local all all scram-sha-256\n"
        + Networks(_loopback)
        + string.Concat(options.SuperuserNetworks.Select(network => $"host all postgres {network} scram-sha-256\n"))
        + "host all postgres all reject\n"
        + Networks(options.ClientNetworks);

    public static string UserMap(string processUser, string serverUser) =>
        string.Concat(new[] { processUser, serverUser }.Distinct().Select(user => $"node \"{user}\" postgres\n"));

    private static string Networks(IEnumerable<string> networks) => string.Concat(networks.Select(network =>
        $"host replication replicator,repmgr {network} scram-sha-256\nhost all all {network} scram-sha-256\n"));
}
