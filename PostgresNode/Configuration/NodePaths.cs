using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace PostgresNode.Configuration;

/// <summary>Where things lie. Only the server's own files are inside PGDATA: pg_rewind copies, and fails on, what is not.</summary>
internal sealed class NodePaths
{
    // A Unix socket's path may have 107 bytes on Linux, 103 on macOS; the server adds /.s.PGSQL.65535.lock.
    private const int LongestSocketFolder = 80;

    public NodePaths(IOptions<PostgresNodeOptions> options)
    {
        Home = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Value.DataDir));
        Sockets = Path.Combine(Home, "run");
        if (Encoding.UTF8.GetByteCount(Sockets) > LongestSocketFolder)
            Sockets = Path.Combine("/tmp", $"pgnode-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Home)))[..16]}");
        Bin = options.Value.BinDir;
    }

    public string Home { get; }

    /// <summary>Mode 0700 and the account's own: a socket folder in /tmp that somebody else made is refused.</summary>
    public string Sockets { get; }

    public string Bin { get; }

    public string Data => In("data");

    /// <summary>Data in the making, renamed to <see cref="Data"/> when it is whole, or what is left of data that is being removed: never worth keeping.</summary>
    public string NewData => In("data.new");

    /// <summary>Data whose place another copy is about to take.</summary>
    public string OldData => In("data.old");

    /// <summary>Stands here from before pg_rewind changes <see cref="Data"/> until the data is a standby's: nobody may start it meanwhile.</summary>
    public string RewindMark => In("rewinding");

    public string SetAside => In("set-aside");

    public string Identity => In("identity.json");

    public string Lock => In("node.lock");

    public string PasswordFile => In("passfile");

    public string ServerConfiguration => In("postgresql.conf");

    public string RewindConfiguration => In("rewind.conf");

    public string HostBasedAuthentication => In("pg_hba.conf");

    public string UserMap => In("pg_ident.conf");

    public string RepmgrConfiguration => In("repmgr.conf");

    public string StandbySignal => Path.Combine(Data, "standby.signal");

    public string PostmasterPid => Path.Combine(Data, "postmaster.pid");

    public string Program(string name) => Path.Combine(Bin, name);

    private string In(string name) => Path.Combine(Home, name);
}
