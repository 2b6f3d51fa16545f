namespace PostgresNode.Configuration;

/// <summary>repmgr.conf. Failover is manual until repmgrd decides; the node is registered at each start.</summary>
internal static class RepmgrSettings
{
    public static string Render(PostgresNodeOptions options, NodePaths paths) =>
        $"""
        # Written by PostgresNode at each start.
        node_id={options.NodeId}
        node_name='{options.NodeName}'
        conninfo='host={options.Host} port={options.Port} user=repmgr dbname=repmgr connect_timeout=2{PasswordFile(paths)}'
        data_directory='{paths.Data}'
        pg_bindir='{paths.Bin}'
        replication_user='replicator'
        use_replication_slots=yes
        failover=manual
        monitor_interval_secs=1
        connection_check_type=ping
        reconnect_attempts=2
        reconnect_interval=1
        log_level=WARNING

        """;

    // repmgr reads a quoted path, but loses the quotes where it puts the string together anew, and then cannot connect.
    // The node's own calls have the file from PGPASSFILE; only somebody who calls repmgr by hand has to set it.
    private static string PasswordFile(NodePaths paths) =>
        paths.PasswordFile.Any(char.IsWhiteSpace) ? "" : $" passfile={paths.PasswordFile}";
}
