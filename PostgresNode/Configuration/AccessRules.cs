namespace PostgresNode.Configuration;

/// <summary>pg_hba.conf and pg_ident.conf: the node by the local socket as itself, everybody else by SCRAM.</summary>
internal static class AccessRules
{
    private static readonly string[] Loopback = ["127.0.0.1/32", "::1/128"];

    public static string HostBased(PostgresNodeOptions options)
    {
        var networks = Loopback.Concat(options.ClientNetworks);
        return "# Written by PostgresNode at each start.\n"
            + "local all postgres peer map=node\n"
            + "local all all scram-sha-256\n"
            + string.Concat(networks.Select(network =>
                $"host replication replicator,repmgr {network} scram-sha-256\nhost all all {network} scram-sha-256\n"));
    }

    public static string UserMap(string processUser, string serverUser) =>
        string.Concat(new[] { processUser, serverUser }.Distinct().Select(user => $"node \"{user}\" postgres\n"));
}
