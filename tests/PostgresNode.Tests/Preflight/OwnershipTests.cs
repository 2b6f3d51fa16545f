using PostgresNode.Control;
using PostgresNode.Processes;

namespace PostgresNode.Tests.Preflight;

/// <summary>Files that are not the server's account's, and links that it may have made.</summary>
public sealed class OwnershipTests
{
    [Fact]
    public async Task What_belongs_to_somebody_else_is_named_with_its_remedy_and_left_alone()
    {
        await using var cluster = await TestCluster.StartAsync(1);
        var node = cluster[0];
        await node.ExecuteAsync("CREATE TABLE notes (id int); INSERT INTO notes VALUES (1)");
        const uint Stranger = 12345;

        // Only root can give a folder away; another user finds a root's one in its place.
        var moved = node.Data + ".moved";
        await RefusedAsync(node, $"chown -R .* {node.Data}$", () =>
        {
            if (Environment.IsPrivilegedProcess)
                Posix.ChangeOwner(node.Data, Stranger, Stranger);
            else
            {
                Directory.Move(node.Data, moved);
                Directory.CreateSymbolicLink(node.Data, "/");
            }
        }, () =>
        {
            if (Environment.IsPrivilegedProcess)
                new ServerAccount().Own(node.Data);
            else
            {
                Directory.Delete(node.Data);
                Directory.Move(moved, node.Data);
            }
        });

        foreach (var (name, expected) in new[] { ("global/pg_control", "cannot read the data"), ("global/pg_filenode.map", "Everything in .* must be") })
        {
            var file = Path.Combine(node.Data, name);
            var mode = File.GetUnixFileMode(file);
            await RefusedAsync(node, $"{expected}.*chown -R .* {node.Data}$", () =>
            {
                if (Environment.IsPrivilegedProcess)
                    Posix.ChangeOwner(file, Stranger, Stranger);
                else
                    File.SetUnixFileMode(file, UnixFileMode.None);
            }, () =>
            {
                if (Environment.IsPrivilegedProcess)
                    new ServerAccount().Own(file);
                else
                    File.SetUnixFileMode(file, mode);
            });
        }

        await RefusedAsync(node, Environment.IsPrivilegedProcess ? $"cannot enter or write {node.Home}" : $"{node.Home} cannot be used",
            () => SetAccess(node.Home, given: false), () => SetAccess(node.Home, given: true));
        Assert.Equal(1, await node.QueryAsync<long>("SELECT count(*) FROM notes"));
    }

    [Fact]
    public async Task A_link_that_lies_where_a_file_is_written_is_not_followed()
    {
        await using var cluster = await TestCluster.CreateAsync(1);
        var node = cluster[0];
        var precious = Path.Combine(cluster.Folder, "precious");
        await File.WriteAllTextAsync(precious, "untouched");
        Directory.CreateDirectory(node.Home);
        if (Environment.IsPrivilegedProcess)
            new ServerAccount().Own(node.Home);
        foreach (var name in new[] { "identity.json.new", "postgresql.conf.new", "passfile.new" })
            File.CreateSymbolicLink(Path.Combine(node.Home, name), precious);
        node.Start();
        await node.WaitForPrimaryAsync();
        Assert.Equal("untouched", await File.ReadAllTextAsync(precious));
        Assert.Null(new FileInfo(Path.Combine(node.Home, "identity.json")).LinkTarget);
    }

    [Fact]
    public async Task A_link_in_the_servers_own_folders_leads_its_node_nowhere()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var (old, young) = (cluster[0], cluster[1]);
        await old.ExecuteAsync("CREATE TABLE notes (id int)");
        using (await young.PostAsync("stop")) { }
        await old.ExecuteAsync("INSERT INTO notes VALUES (100)");
        await old.StopAsync();
        using (await young.PostAsync("start")) { }
        await young.WaitForAsync("alone", status => status is { Phase: NodePhase.Running, Streaming: not true });
        using (await young.PostAsync("promote")) { }
        var (made, precious) = (Path.Combine(cluster.Folder, "made"), Path.Combine(cluster.Folder, "precious"));
        await File.WriteAllTextAsync(precious, "untouched");
        File.SetUnixFileMode(precious, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        // What the rejoin writes, and what it copies.
        File.CreateSymbolicLink(Path.Combine(old.Data, "standby.signal"), made);
        var segment = Path.Combine(old.Data, "pg_wal", "0000000100000000000000FF");
        File.CreateSymbolicLink(segment, precious);
        old.Start();
        var tried = await old.WaitForAsync("done or refused", status => status is { Phase: NodePhase.Failed } or { Streaming: true });
        Assert.Equal("untouched", await File.ReadAllTextAsync(precious));
        if (Environment.IsPrivilegedProcess)
        {
            Assert.Contains("Permission denied", tried.State, StringComparison.Ordinal);
            Assert.False(File.Exists(made));
            Assert.Empty(tried.SetAside);
            File.Delete(segment);
        }
        await old.WaitForStreamingAsync();

        await old.StopAsync();
        var guard = Path.Combine(old.Home, "node.lock");
        File.Delete(guard);
        File.CreateSymbolicLink(guard, Path.Combine(cluster.Folder, "elsewhere"));
        old.Start();
        var refused = await old.WaitForAsync("refused", status => status is { Phase: NodePhase.Failed });
        Assert.Contains("node.lock is a link to", refused.State, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(cluster.Folder, "elsewhere")));
        File.Delete(guard);
        await old.WaitForStreamingAsync();
    }

    private static void SetAccess(string folder, bool given)
    {
        if (!Environment.IsPrivilegedProcess)
            File.SetUnixFileMode(folder, given ? UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute : UnixFileMode.None);
        else if (given)
            new ServerAccount().Own(folder);
        else
            Posix.ChangeOwner(folder, 0, 0);
    }

    private static async Task RefusedAsync(TestNode node, string reason, Action spoil, Action mend)
    {
        using (await node.PostAsync("stop")) { }
        spoil();
        using (await node.PostAsync("start")) { }
        var refused = await node.WaitForAsync("refused", status => status is { Phase: NodePhase.Failed });
        mend();
        Assert.Matches(reason, refused.State);
        await node.WaitForPrimaryAsync();
    }
}
