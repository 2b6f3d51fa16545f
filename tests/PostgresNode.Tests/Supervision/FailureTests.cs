using System.Net;
using PostgresNode.Control;
using PostgresNode.Processes;

namespace PostgresNode.Tests.Supervision;

public sealed class FailureTests
{
    [Fact]
    public async Task A_killed_server_is_started_again_and_a_killed_node_takes_its_server_along()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var primary = cluster[0];
        await primary.ExecuteAsync("CREATE TABLE notes (id int); INSERT INTO notes VALUES (1)");

        var first = primary.Postmaster!.Value;
        Posix.Signal(first, Posix.Kill);
        await primary.WaitForAsync("primary again", status => status is { Phase: NodePhase.Running, Role: NodeRole.Primary } && primary.Postmaster is { } pid && pid != first);
        await primary.ExecuteAsync("INSERT INTO notes VALUES (2)");
        await cluster[1].WaitForStreamingAsync();

        var server = primary.Postmaster!.Value;
        primary.Signal(Posix.Kill);
        await primary.WaitForExitAsync();
        for (var tries = 0; tries < 500 && Posix.Exists(server); tries++)
            await Task.Delay(20);
        Assert.False(Posix.Exists(server));
        primary.Start();
        await primary.WaitForPrimaryAsync();
        Assert.Equal(2, await primary.QueryAsync<long>("SELECT count(*) FROM notes"));

        var replica = cluster[1].Postmaster!.Value;
        Posix.Signal(replica, Posix.Kill);
        await cluster[1].WaitForAsync("streaming again", status => status is { Streaming: true } && cluster[1].Postmaster is { } pid && pid != replica);
    }

    [Fact]
    public async Task A_node_that_vanished_starts_again_although_another_process_has_its_servers_number_now()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var node = cluster[0];
        await node.VanishAsync();
        var left = Path.Combine(node.Home, "run", $".s.PGSQL.{node.Port}.lock");
        var lines = await File.ReadAllLinesAsync(left);
        await File.WriteAllLinesAsync(left, [$"{cluster[1].Postmaster}", .. lines[1..]]);

        node.Start();
        await node.WaitForPrimaryAsync();
        Assert.DoesNotContain("lock file", node.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replica_never_promotes_itself_and_a_primary_that_comes_back_after_a_promotion_by_hand_follows()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var (old, young) = (cluster[0], cluster[1]);
        await old.ExecuteAsync("CREATE TABLE notes (id int); INSERT INTO notes VALUES (1)");
        using (var refused = await young.PostAsync("promote"))
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);

        // Rows that only the old primary has: its replica is stopped, then it is cut off.
        using (await young.PostAsync("stop")) { }
        await old.ExecuteAsync("INSERT INTO notes VALUES (100), (101)");
        old.Signal(Posix.Kill);
        await old.WaitForExitAsync();
        using (await young.PostAsync("start")) { }
        var alone = await young.WaitForAsync("alone", status => status is { Phase: NodePhase.Running, Streaming: not true } && status.State.Contains("no primary", StringComparison.Ordinal));
        Assert.Equal(NodeRole.Replica, alone.Role);
        Assert.False(await young.IsHealthyAsync());

        using (var promoted = await young.PostAsync("promote"))
            Assert.Equal(HttpStatusCode.OK, promoted.StatusCode);
        await young.ExecuteAsync("INSERT INTO notes VALUES (2)");

        old.Start();
        var back = await old.WaitForStreamingAsync();
        Assert.Equal(2u, back.Timeline);
        Assert.Contains(back.SetAside, folder => folder.EndsWith("-wal", StringComparison.Ordinal) && Directory.EnumerateFiles(folder).Any());
        Assert.Contains("Transactions that only this node had", old.Log, StringComparison.Ordinal);
        Assert.Equal("1,2", await young.QueryAsync<string>("SELECT string_agg(id::text, ',' ORDER BY id) FROM notes"));

        // And a cold start of both keeps the roles.
        await Task.WhenAll(old.StopAsync(), young.StopAsync());
        old.Start();
        young.Start();
        await young.WaitForPrimaryAsync();
        await old.WaitForStreamingAsync();
        await young.ExecuteAsync("INSERT INTO notes VALUES (3)");
    }

    [Fact]
    public async Task A_hung_server_is_told_by_the_age_of_its_last_answer()
    {
        await using var cluster = await TestCluster.StartAsync(1);
        var node = cluster[0];
        Assert.InRange((await node.WaitForPrimaryAsync()).LastAnswerSeconds!.Value, 0, 5);
        const int Stop = 19, Continue = 18;
        var server = node.Postmaster!.Value;
        await TestNode.SignalServerAsync(server, Stop);
        try
        {
            var hung = await node.WaitForAsync("silent", status => status.LastAnswerSeconds > 6);
            Assert.Matches("^PostgreSQL has not answered for [0-9]+ s\\.$", hung.State);
            Assert.Equal((NodePhase.Running, NodeRole.Primary), (hung.Phase, hung.Role));
            Assert.False(await node.IsHealthyAsync());
        }
        finally
        {
            await TestNode.SignalServerAsync(server, Continue);
        }
        var well = await node.WaitForAsync("well", status => status.LastAnswerSeconds < 5);
        Assert.Equal("This node is the primary.", well.State);
        using (await node.PostAsync("stop")) { }
        Assert.Null((await node.TryStatusAsync())!.LastAnswerSeconds);
    }

    [Fact]
    public async Task A_primary_that_was_only_hung_steps_down_when_it_meets_its_successor()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var (old, young) = (cluster[0], cluster[1]);
        await old.ExecuteAsync("CREATE TABLE notes (id int)");
        for (var tries = 0; tries < 500 && !await young.QueryAsync<bool>("SELECT to_regclass('notes') IS NOT NULL"); tries++)
            await Task.Delay(20);
        const int Stop = 19, Continue = 18;
        var server = old.Postmaster!.Value;
        old.Signal(Stop);
        await TestNode.SignalServerAsync(server, Stop);
        await young.WaitForAsync("alone", status => status.Streaming != true);
        using (var promoted = await young.PostAsync("promote"))
            Assert.Equal(HttpStatusCode.OK, promoted.StatusCode);
        await young.ExecuteAsync("INSERT INTO notes VALUES (1)");

        await TestNode.SignalServerAsync(server, Continue);
        old.Signal(Continue);
        await old.WaitForStreamingAsync();
        Assert.True(await old.QueryAsync<bool>("SELECT pg_is_in_recovery()"));
        Assert.False(await young.QueryAsync<bool>("SELECT pg_is_in_recovery()"));
        Assert.Equal(1, await young.QueryAsync<long>("SELECT count(*) FROM notes"));
    }

    [Fact]
    public async Task Data_with_a_history_of_its_own_is_kept_even_where_its_wal_cannot_be_read()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var (old, young) = (cluster[0], cluster[1]);
        await old.ExecuteAsync("CREATE TABLE notes (id int)");
        using (await young.PostAsync("stop")) { }
        await old.ExecuteAsync("INSERT INTO notes VALUES (100)");
        await old.ExecuteAsync("SELECT pg_switch_wal()", "postgres");
        await old.ExecuteAsync("INSERT INTO notes VALUES (101)");
        await old.StopAsync();
        using (await young.PostAsync("start")) { }
        await young.WaitForAsync("alone", status => status is { Phase: NodePhase.Running, Streaming: not true });
        using (var promoted = await young.PostAsync("promote"))
            Assert.Equal(HttpStatusCode.OK, promoted.StatusCode);
        // The one that the histories part in.
        File.Delete(Directory.EnumerateFiles(Path.Combine(old.Data, "pg_wal"), "00000001*").Where(file => Path.GetFileName(file).Length == 24).Order().First(
            file => File.Exists(Path.Combine(young.Data, "pg_wal", "00000002" + Path.GetFileName(file)[8..]))));

        old.Start();
        var back = await old.WaitForStreamingAsync();
        Assert.Contains("cannot be told to the end", old.Log, StringComparison.Ordinal);
        Assert.Contains(back.SetAside, folder => folder.EndsWith("-wal", StringComparison.Ordinal) && Directory.EnumerateFiles(folder).Any());
        Assert.Contains(back.SetAside, folder => folder.EndsWith("-data", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_former_primary_that_was_shut_down_leads_alone_and_one_that_was_cut_off_waits_for_a_word()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        await cluster[0].ExecuteAsync("CREATE TABLE notes (id int); INSERT INTO notes VALUES (1)");
        await Task.WhenAll(cluster[0].StopAsync(), cluster[1].StopAsync());
        cluster[0].Start();
        await cluster[0].WaitForPrimaryAsync();

        var server = cluster[0].Postmaster!.Value;
        // The server first, or it would have time to shut down when its node is gone.
        const int Stop = 19;
        cluster[0].Signal(Stop);
        Posix.Signal(server, Posix.Kill);
        cluster[0].Signal(Posix.Kill);
        await cluster[0].WaitForExitAsync();
        cluster[0].Start();
        var waiting = await cluster[0].WaitForAsync("waiting", status => status is { Phase: NodePhase.Waiting } && status.State.Contains("cut off", StringComparison.Ordinal));
        Assert.Contains("postgres-2", waiting.State, StringComparison.Ordinal);
        using (await cluster[0].PostAsync("start?lead=true")) { }
        await cluster[0].WaitForPrimaryAsync();
        Assert.Equal(1, await cluster[0].QueryAsync<long>("SELECT count(*) FROM notes"));
    }

    [Fact]
    public async Task A_replica_that_fell_too_far_behind_or_lost_its_data_is_made_anew_and_leaves_no_second_copy()
    {
        await using var cluster = await TestCluster.CreateAsync(2);
        foreach (var node in cluster.Nodes)
        {
            node.Settings["Postgres__Settings__max_slot_wal_keep_size"] = "32MB";
            node.Settings["Postgres__Settings__wal_keep_size"] = "0";
            node.Settings["Postgres__Settings__max_wal_size"] = "32MB";
        }
        await cluster.StartAllAsync();
        await cluster[0].ExecuteAsync("CREATE TABLE notes (id int)");
        using (await cluster[1].PostAsync("stop")) { }
        for (var i = 0; i < 6; i++)
        {
            await cluster[0].ExecuteAsync("INSERT INTO notes VALUES (1)");
            await cluster[0].ExecuteAsync("SELECT pg_switch_wal()", "postgres");
            await cluster[0].ExecuteAsync("CHECKPOINT", "postgres");
        }
        using (await cluster[1].PostAsync("start")) { }
        // A receiver counts as streaming for a moment before it is told that the WAL is gone.
        await cluster[1].WaitForAsync("without its old data", _ => cluster[1].Log.Contains("Removed this replica's data", StringComparison.Ordinal));
        var anew = await cluster[1].WaitForStreamingAsync();
        Assert.Empty(anew.SetAside);

        await cluster[1].StopAsync();
        Directory.Delete(cluster[1].Data, recursive: true);
        cluster[1].Start();
        await cluster[1].WaitForStreamingAsync();
        Assert.Equal(6, await cluster[1].QueryAsync<long>("SELECT count(*) FROM notes"));
    }
}
