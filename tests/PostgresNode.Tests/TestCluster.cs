using System.Diagnostics;
using Npgsql;
using PostgresForTests;

namespace PostgresNode.Tests;

/// <summary>Nodes on free ports in a random folder; they end with this process, however it ends.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    /// <summary>By role; each can be searched for in logs.</summary>
    public static readonly IReadOnlyDictionary<string, string> Passwords = new Dictionary<string, string>
    {
        ["postgres"] = "hidden-Superuser", ["conversation_owner"] = "hidden-Owner", ["app_user"] = "hidden-App",
        ["maintenance"] = "hidden-Maintenance", ["analytics_reader"] = "hidden-Analytics", ["replicator"] = "hidden-Replication", ["repmgr"] = "hidden-Repmgr",
    };

    private readonly GuardedFolder _folder = new("cpn-");

    private TestCluster(int nodes, string bin, string folders)
    {
        // The server's account is another one where the tests run as root, and has to get in.
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)Convert.ToInt32("711", 8));
        var ports = FreePorts.Find(nodes * 2);
        Nodes = [.. Enumerable.Range(0, nodes).Select(i => new TestNode($"postgres-{i + 1}", _folder.Path, ports[i], ports[nodes + i])
        {
            Home = Path.Combine(_folder.Path, $"{folders}{i + 1}"),
        })];
        foreach (var node in Nodes)
            Configure(node, bin);
    }

    public IReadOnlyList<TestNode> Nodes { get; }

    public string Folder => _folder.Path;

    public TestNode this[int index] => Nodes[index];

    /// <param name="nodes">How many.</param>
    /// <param name="bin">PostgreSQL's programs; those of the platform by default.</param>
    /// <param name="folders">What their folders' names begin with.</param>
    public static async Task<TestCluster> CreateAsync(int nodes, string? bin = null, string folders = "postgres-") =>
        new(nodes, bin ?? await PostgresBinaries.FindAsync(), folders);

    /// <summary>A primary and its replicas, streaming; the first node leads.</summary>
    public static async Task<TestCluster> StartAsync(int nodes, string? bin = null)
    {
        var cluster = await CreateAsync(nodes, bin);
        try
        {
            await cluster.StartAllAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async Task StartAllAsync()
    {
        foreach (var node in Nodes)
            node.Start();
        await Nodes[0].WaitForPrimaryAsync();
        foreach (var node in Nodes.Skip(1))
            await node.WaitForStreamingAsync();
    }

    /// <summary>Promotes one by hand, the one that the nodes themselves say is the right one.</summary>
    /// <returns>The new primary.</returns>
    public static async Task<TestNode> PromoteAsync(IEnumerable<TestNode> candidates)
    {
        TestNode[] nodes = [.. candidates];
        for (var tries = 0; tries < 500; tries++)
        {
            if (await TryPromoteAsync(nodes) is { } promoted)
                return promoted;
            await Task.Delay(50);
        }
        throw new TimeoutException("No node let itself be promoted.");
    }

    /// <summary>Asks each once.</summary>
    /// <returns>The new primary, or null when all refused.</returns>
    public static async Task<TestNode?> TryPromoteAsync(IEnumerable<TestNode> candidates)
    {
        foreach (var node in candidates)
        {
            using var promoted = await node.PostAsync("promote");
            if (!promoted.IsSuccessStatusCode)
                continue;
            await node.WaitForPrimaryAsync();
            return node;
        }
        return null;
    }

    public NpgsqlMultiHostDataSource MultiHost() => new NpgsqlDataSourceBuilder(new NpgsqlConnectionStringBuilder
    {
        Host = string.Join(',', Nodes.Select(node => $"127.0.0.1:{node.Port}")),
        Username = "conversation_owner",
        Password = Passwords["conversation_owner"],
        Database = "conversations",
        Timeout = 2,
        CommandTimeout = 5,
        CancellationTimeout = -1,
        HostRecheckSeconds = 1,
    }.ConnectionString).BuildMultiHost();

    public async ValueTask DisposeAsync()
    {
        await _folder.DisposeAsync();
        foreach (var node in Nodes)
            node.Dispose();
        // No server may outlive its node.
        var left = await ProcessesAsync();
        for (var tries = 0; tries < 250 && left.Contains(Folder, StringComparison.Ordinal); tries++)
        {
            await Task.Delay(20);
            left = await ProcessesAsync();
        }
        Assert.DoesNotContain(Folder, left, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Folder));
    }

    private static async Task<string> ProcessesAsync()
    {
        using var ps = Process.Start(new ProcessStartInfo("ps", ["-A", "-o", "args="]) { RedirectStandardOutput = true })!;
        return await ps.StandardOutput.ReadToEndAsync();
    }

    private void Configure(TestNode node, string bin)
    {
        var keys = new[] { "Superuser", "Owner", "App", "Maintenance", "Analytics", "Replication", "Repmgr" };
        foreach (var key in keys)
            node.Settings[$"Postgres__Passwords__{key}"] = $"hidden-{key}";
        node.Settings["Postgres__NodeName"] = node.Name;
        node.Settings["Postgres__DataDir"] = node.Home;
        node.Settings["Postgres__BinDir"] = bin;
        node.Settings["Postgres__Port"] = $"{node.Port}";
        node.Settings["Postgres__ControlKey"] = TestNode.Key;
        node.Settings["Postgres__Checkout"] = "tests";
        foreach (var (peer, i) in Nodes.Where(peer => peer != node).Select((peer, i) => (peer, i)))
        {
            node.Settings[$"Postgres__Peers__{i}__Name"] = peer.Name;
            node.Settings[$"Postgres__Peers__{i}__Host"] = "127.0.0.1";
            node.Settings[$"Postgres__Peers__{i}__Port"] = $"{peer.Port}";
            node.Settings[$"Postgres__Peers__{i}__ControlUrl"] = peer.ControlUrl.ToString();
        }
    }
}
