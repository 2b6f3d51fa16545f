using Microsoft.Extensions.Options;
using PostgresNode.Configuration;
using PostgresNode.Roles;

namespace PostgresNode.Replication;

/// <summary>How a standby finds its primary: any peer that takes writes, so that a promotion needs no new configuration.</summary>
internal sealed class Upstream(IOptions<PostgresNodeOptions> options, NodePaths paths)
{
    /// <summary>The slot of a node on its primary.</summary>
    public static string SlotOf(string node) => "node_" + node.Replace('-', '_');

    public string OwnSlot => SlotOf(options.Value.NodeName);

    /// <summary>Settings for the server's command line; the password stays in the password file.</summary>
    public IEnumerable<(string Name, string Value)> Settings()
    {
        var peers = options.Value.Peers;
        var hosts = string.Join(',', peers.Select(peer => peer.Host));
        var ports = string.Join(',', peers.Select(peer => peer.Port));
        yield return ("primary_conninfo", $"host={hosts} port={ports} user={PlatformRole.Replicator} passfile='{paths.PasswordFile}' "
            + $"application_name={options.Value.NodeName} connect_timeout=2 target_session_attrs=read-write");
        yield return ("primary_slot_name", OwnSlot);
        yield return ("recovery_target_timeline", "latest");
    }

    public static string ConnectionTo(PeerOptions peer, string role, string database) =>
        $"host={peer.Host} port={peer.Port} user={role} dbname={database} connect_timeout=5 target_session_attrs=read-write";
}
