using System.Diagnostics;
using PostgresForTests;
using PostgresNode.Control;
using PostgresNode.Processes;

namespace PostgresNode.Tests.Timelines;

/// <summary>Data whose history is not the primary's: it follows or is fetched anew, what only it had is kept aside, and it never leads.</summary>
public sealed class HistoryTests
{
    [Fact]
    public async Task A_replica_of_another_history_under_the_same_number_is_fetched_anew_and_its_own_is_kept()
    {
        await using var cluster = await TestCluster.StartAsync(3);
        var (first, second, third) = (cluster[0], cluster[1], cluster[2]);
        await first.ExecuteAsync("CREATE TABLE notes (id int)");
        using (await third.PostAsync("stop")) { }
        await first.StopAsync();
        await second.PromoteAsync();
        await second.ExecuteAsync("INSERT INTO notes VALUES (2)");
        first.Start();
        await first.WaitForStreamingAsync();
        await Task.WhenAll(first.StopAsync(), second.StopAsync());

        // Knows nothing of the other promotion.
        using (await third.PostAsync("start")) { }
        await third.WaitForAsync("alone", status => status is { Phase: NodePhase.Running, Streaming: not true });
        await third.PromoteAsync();
        Assert.Equal(2u, (await third.WaitForPrimaryAsync()).Timeline);
        // More than what the other history has, so that nothing but its contents tells it apart.
        await third.ExecuteAsync("INSERT INTO notes SELECT 3 FROM generate_series(1, 10000)");
        await third.ExecuteAsync("DELETE FROM notes WHERE ctid <> (SELECT min(ctid) FROM notes)");

        first.Start();
        second.Start();
        var replica = await first.WaitForStreamingAsync();
        var former = await second.WaitForStreamingAsync();
        Assert.Contains(replica.SetAside, folder => folder.EndsWith("-data", StringComparison.Ordinal));
        Assert.Contains(former.SetAside, folder => folder.EndsWith("-data", StringComparison.Ordinal));
        await AssertFollowsAsync(first, third, "3");
        await AssertFollowsAsync(second, third, "3");
    }

    [Fact]
    public async Task A_replica_with_a_newer_timeline_than_the_primary_that_an_operator_chose_follows_it()
    {
        await using var cluster = await TestCluster.StartAsync(3);
        var (first, second, third) = (cluster[0], cluster[1], cluster[2]);
        await first.ExecuteAsync("CREATE TABLE notes (id int); INSERT INTO notes VALUES (1)");
        await third.WaitForAsync("level", status => status is { Streaming: true, LagBytes: 0 });
        await first.StopAsync();
        await second.PromoteAsync();
        await third.WaitForAsync("on the new timeline", status => status is { Streaming: true, Timeline: 2 });
        await second.ExecuteAsync("INSERT INTO notes VALUES (2)");
        await Task.WhenAll(second.StopAsync(), third.StopAsync());

        first.Start();
        await first.WaitForAsync("answering", _ => true);
        using (await first.PostAsync("start?lead=true")) { }
        await first.WaitForPrimaryAsync();
        third.Start();
        var back = await third.WaitForStreamingAsync();
        Assert.NotEmpty(back.SetAside);
        await AssertFollowsAsync(third, first, "1");
    }

    [Fact]
    public async Task A_replica_that_is_ahead_of_a_primary_from_a_copy_is_fetched_anew_and_its_own_is_kept()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var (primary, replica) = (cluster[0], cluster[1]);
        await primary.ExecuteAsync("CREATE TABLE notes (id int); INSERT INTO notes VALUES (1)");
        await primary.StopAsync();
        var copy = primary.Data + ".copy";
        await CopyAsync(primary.Data, copy);
        primary.Start();
        await primary.WaitForPrimaryAsync();
        await replica.WaitForStreamingAsync();
        await primary.ExecuteAsync("INSERT INTO notes VALUES (2)");
        // Beyond the segment that the copy ends in, so that the replica asks for what the primary has not.
        foreach (var _ in Enumerable.Range(0, 2))
            await primary.ExecuteAsync("SELECT pg_logical_emit_message(true, 'test', 'x') FROM pg_switch_wal()", "postgres");
        await replica.CatchUpAsync(primary);
        await primary.StopAsync();

        Directory.Delete(primary.Data, recursive: true);
        Directory.Move(copy, primary.Data);
        primary.Start();
        var waiting = await primary.WaitForAsync("waiting", status => status is { Phase: NodePhase.Waiting });
        Assert.Contains("restored from a copy", waiting.State, StringComparison.Ordinal);
        using (await primary.PostAsync("start?lead=true")) { }
        await primary.WaitForPrimaryAsync();
        await primary.ExecuteAsync("INSERT INTO notes VALUES (3)");

        var anew = await replica.WaitForAsync("fetched anew", status => status is { Phase: NodePhase.Running, Streaming: true, SetAside.Count: > 0 });
        Assert.EndsWith("-data", Assert.Single(anew.SetAside), StringComparison.Ordinal);
        Assert.Contains("is another than this node's", replica.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("Rewound to the history", replica.Log, StringComparison.Ordinal);
        await AssertFollowsAsync(replica, primary, "1,3");
    }

    [Fact]
    public async Task A_replica_that_has_more_than_the_one_that_was_promoted_is_cut_back_and_its_own_is_kept()
    {
        await using var cluster = await TestCluster.CreateAsync(3);
        // The server's own upkeep commits too, and what is lost is counted.
        foreach (var node in cluster.Nodes)
            node.Settings["Postgres__Settings__autovacuum"] = "off";
        await cluster.StartAllAsync();
        var (first, second, third) = (cluster[0], cluster[1], cluster[2]);
        await first.ExecuteAsync("CREATE TABLE notes (id int); INSERT INTO notes VALUES (1)");
        // repmgr's registration commits as well.
        if (File.Exists(Path.Combine(await PostgresBinaries.FindAsync(), "repmgr")))
        {
            foreach (var replica in new[] { second, third })
                await replica.WaitForAsync("registered", _ => replica.Log.Contains("repmgr knows this node as standby", StringComparison.Ordinal));
        }
        await third.CatchUpAsync(first);
        using (await third.PostAsync("stop")) { }
        await first.ExecuteAsync("INSERT INTO notes VALUES (2)");
        await second.CatchUpAsync(first);
        await first.StopAsync();
        await second.StopAsync();
        using (await third.PostAsync("start")) { }
        await third.WaitForAsync("alone", status => status is { Phase: NodePhase.Running, Streaming: not true });
        await third.PromoteAsync();
        await third.ExecuteAsync("INSERT INTO notes VALUES (3)");

        second.Start();
        var back = await second.WaitForAsync("cut back", status => status is { Phase: NodePhase.Running, Streaming: true, SetAside.Count: > 0 });
        Assert.Contains(back.SetAside, folder => folder.EndsWith("-wal", StringComparison.Ordinal) && Directory.EnumerateFiles(folder).Any());
        Assert.Contains("Transactions that only this node had, 1 of them", second.Log, StringComparison.Ordinal);
        Assert.Contains("Rewound to the history", second.Log, StringComparison.Ordinal);
        await AssertFollowsAsync(second, third, "1,3");
    }

    [Fact]
    public async Task The_newest_of_what_was_set_aside_are_kept_and_the_log_names_what_went()
    {
        await using var cluster = await TestCluster.CreateAsync(2);
        foreach (var node in cluster.Nodes)
            node.Settings["Postgres__SetAsideToKeep"] = "2";
        await cluster.StartAllAsync();
        var (old, young) = (cluster[0], cluster[1]);
        await old.ExecuteAsync("CREATE TABLE notes (id int)");
        using (await young.PostAsync("stop")) { }
        await old.ExecuteAsync("INSERT INTO notes VALUES (100)");
        await old.StopAsync();
        string[] earlier = ["20010101T000000.000-data", "20020101T000000.000-wal", "20030101T000000.000-wal"];
        var aside = Path.Combine(old.Home, "set-aside");
        foreach (var folder in earlier.Select(name => Path.Combine(aside, name)).Prepend(aside))
        {
            Directory.CreateDirectory(folder);
            if (Environment.IsPrivilegedProcess)
                new ServerAccount().Own(folder);
        }
        using (await young.PostAsync("start")) { }
        await young.WaitForAsync("alone", status => status is { Phase: NodePhase.Running, Streaming: not true });
        await young.PromoteAsync();

        old.Start();
        var kept = (await old.WaitForStreamingAsync()).SetAside;
        Assert.Equal(2, kept.Count);
        Assert.EndsWith(earlier[2], kept[0], StringComparison.Ordinal);
        Assert.NotEmpty(Directory.EnumerateFiles(kept[1]));
        foreach (var gone in earlier[..2])
            Assert.Matches($"Removed .*{gone}, set aside earlier: the newest 2 are kept", old.Log);
    }

    private static async Task CopyAsync(string from, string to)
    {
        using var copy = Process.Start("cp", ["-a", from, to]);
        await copy.WaitForExitAsync();
        Assert.Equal(0, copy.ExitCode);
    }

    private static async Task AssertFollowsAsync(TestNode replica, TestNode primary, string expected)
    {
        await primary.ExecuteAsync("CREATE TABLE IF NOT EXISTS last (id int); INSERT INTO last VALUES (1)");
        await replica.CatchUpAsync(primary);
        Assert.Equal(expected, await replica.QueryAsync<string>("SELECT string_agg(id::text, ',' ORDER BY id) FROM notes"));
        Assert.True(await replica.QueryAsync<bool>("SELECT pg_is_in_recovery()"));
        Assert.DoesNotContain("This node is the primary.", replica.Log[replica.Log.LastIndexOf("Application started", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }
}
