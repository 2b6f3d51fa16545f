using PostgresNode.Control;
using PostgresNode.Processes;

namespace PostgresNode.Tests.Rejoin;

/// <summary>A replica's data is given up for a fresh copy only when that is there, or when the cluster does not need it.</summary>
public sealed class ReplacementTests
{
    [Fact]
    public async Task A_replica_that_cannot_fetch_a_fresh_copy_has_its_old_one_and_can_be_promoted_when_the_primary_is_lost()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var (primary, replica) = (cluster[0], cluster[1]);
        await primary.ExecuteAsync("CREATE TABLE notes (id int); INSERT INTO notes VALUES (1)");
        await replica.CatchUpAsync(primary);
        // It still tells its history, and gives no base backup.
        await primary.ExecuteAsync("ALTER ROLE replicator NOREPLICATION", "postgres");

        using (await replica.PostAsync("rejoin")) { }
        await replica.WaitForAsync("without a copy", status => status is { Phase: NodePhase.Failed } && status.State.Contains("could not be fetched", StringComparison.Ordinal));
        Assert.True(File.Exists(Path.Combine(replica.Data, "PG_VERSION")));

        await primary.VanishAsync();
        await replica.WaitForAsync("alone", status => status is { Phase: NodePhase.Running, Role: NodeRole.Replica });
        await TestCluster.PromoteAsync([replica]);
        Assert.Equal(1, await replica.QueryAsync<int>("SELECT id FROM notes"));
    }

    [Fact]
    public async Task A_replacement_that_is_cut_off_at_any_point_leaves_data_in_its_place()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var (primary, replica) = (cluster[0], cluster[1]);
        await primary.ExecuteAsync("CREATE TABLE notes (id int); INSERT INTO notes VALUES (1)");
        await replica.CatchUpAsync(primary);
        var (old, half) = (replica.Data + ".old", replica.Data + ".new");

        // Between the two renames, with the primary away.
        await primary.StopAsync();
        await replica.StopAsync();
        Directory.Move(replica.Data, old);
        Directory.CreateDirectory(half);
        replica.Start();
        await replica.WaitForAsync("alone", status => status is { Phase: NodePhase.Running, Role: NodeRole.Replica });
        Assert.Equal(1, await replica.QueryAsync<int>("SELECT id FROM notes"));
        Assert.False(Directory.Exists(old) || Directory.Exists(half));

        // After both of them, before what is old is dropped or kept: nobody knows any more which.
        await replica.StopAsync();
        Directory.CreateDirectory(old);
        await File.WriteAllTextAsync(Path.Combine(old, "PG_VERSION"), "18");
        if (Environment.IsPrivilegedProcess)
            new ServerAccount().Own(old);
        replica.Start();
        primary.Start();
        var back = await replica.WaitForStreamingAsync();
        Assert.True(File.Exists(Path.Combine(Assert.Single(back.SetAside), "PG_VERSION")));
        Assert.False(Directory.Exists(old));
    }

    [SmallDiskTheory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task On_a_disk_without_room_for_two_copies_the_old_one_makes_way_only_where_the_cluster_has_it_twice_besides(int nodes)
    {
        await using var cluster = await TestCluster.CreateAsync(nodes);
        foreach (var each in cluster.Nodes)
        {
            each.Settings["Postgres__MinimumFreeMegabytes"] = "16";
            each.Settings["Postgres__Settings__wal_keep_size"] = "0";
            each.Settings["Postgres__Settings__max_wal_size"] = "64MB";
            each.Settings["Postgres__Settings__min_wal_size"] = "32MB";
        }
        var (primary, replica) = (cluster[0], cluster[1]);
        var disk = SmallDisk.For(replica, cluster.Folder, "400m");
        await cluster.StartAllAsync();
        await primary.ExecuteAsync("CREATE TABLE notes (id int); INSERT INTO notes VALUES (1)");
        await replica.CatchUpAsync(primary);
        // Room to start in, and not for the 40 MB or so of an empty cluster and the reserve.
        disk.Fill(left: 40);

        using (await replica.PostAsync("rejoin")) { }
        if (nodes == 2)
        {
            var refused = await replica.WaitForAsync("kept as it is", status => status is { Phase: NodePhase.Failed } && status.State.Contains("no room for a copy", StringComparison.Ordinal));
            Assert.Contains("no other replica streams from postgres-1", refused.State, StringComparison.Ordinal);
            Assert.Equal(NodeRole.Replica, refused.DataRole);
            disk.MakeRoom();
        }
        await replica.WaitForAsync("streaming again", status => status is { Phase: NodePhase.Running, Streaming: true });
        Assert.Equal(1, await replica.QueryAsync<int>("SELECT id FROM notes"));
        Assert.Equal(nodes == 2, replica.Log.IndexOf("Removed this replica's data", StringComparison.Ordinal) > replica.Log.LastIndexOf("Fetched the data of", StringComparison.Ordinal));
    }
}
