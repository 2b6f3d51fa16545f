using System.Net;
using System.Net.Sockets;
using PostgresNode.Control;
using PostgresNode.Processes;

namespace PostgresNode.Tests.Replication;

/// <summary>A primary that is stopped so that another one leads.</summary>
public sealed class HandOverTests
{
    [Fact]
    public async Task A_replica_that_lacks_a_commit_of_the_stopped_primary_is_promoted_once_it_has_it()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var (old, young) = (cluster[0], cluster[1]);
        await CommitOnOneOnlyAsync(old, young);
        using (var refused = await young.PostAsync("promote"))
        {
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
            Assert.Contains("POST /start to postgres-1", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        using (await old.PostAsync("start")) { }
        await old.WaitForPrimaryAsync();
        await young.WaitForStreamingAsync();
        using (await old.PostAsync("stop")) { }
        await young.PromoteAsync();
        Assert.Equal(1, await young.QueryAsync<long>("SELECT count(*) FROM notes"));
        using (await old.PostAsync("start")) { }
        Assert.Empty((await old.WaitForStreamingAsync()).SetAside);
    }

    [Fact]
    public async Task A_primary_takes_over_again_from_the_one_that_took_over_from_it()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var (leading, following) = (cluster[0], cluster[1]);
        await leading.ExecuteAsync("CREATE TABLE notes (id int)");
        for (var times = 1; times <= 3; times++)
        {
            await following.CatchUpAsync(leading);
            using (await leading.PostAsync("stop")) { }
            await following.PromoteAsync();
            using (await leading.PostAsync("start")) { }
            await leading.WaitForStreamingAsync();
            await following.ExecuteAsync("INSERT INTO notes VALUES (1)");
            (leading, following) = (following, leading);
        }
        Assert.Equal(3, await leading.QueryAsync<long>("SELECT count(*) FROM notes"));
    }

    [Fact]
    public async Task Where_a_person_accepts_the_loss_it_is_promoted_without_it_and_the_commit_is_set_aside()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var (old, young) = (cluster[0], cluster[1]);
        await CommitOnOneOnlyAsync(old, young);
        await young.PromoteAsync(force: true);
        Assert.Equal(0, await young.QueryAsync<long>("SELECT count(*) FROM notes"));
        using (await old.PostAsync("start")) { }
        Assert.Single((await old.WaitForStreamingAsync()).SetAside);
    }

    [Fact]
    public async Task A_primary_that_was_cut_off_and_does_not_start_may_have_more()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var (old, young) = (cluster[0], cluster[1]);
        const int Stop = 19, Continue = 18;
        old.Signal(Stop);
        await TestNode.SignalServerAsync(old.Postmaster!.Value, Posix.Kill);
        using var inTheWay = await ListenAsync(old.Port);
        old.Signal(Continue);
        await old.WaitForAsync("failed", status => status is { Phase: NodePhase.Failed, DataRole: NodeRole.Primary, Clean: false });
        using (var refused = await young.PostAsync("promote"))
        {
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
            Assert.Contains("was cut off", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        await young.PromoteAsync(force: true);
    }

    [Fact]
    public async Task Where_a_commit_waits_for_any_replica_the_silent_one_may_have_it()
    {
        await using var cluster = await TestCluster.CreateAsync(3);
        foreach (var node in cluster.Nodes)
            node.Settings["Postgres__Durability"] = "Synchronous";
        await cluster.StartAllAsync();
        await cluster[0].VanishAsync();
        await cluster[1].VanishAsync();
        using (var refused = await cluster[2].PostAsync("promote"))
        {
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
            Assert.Contains("postgres-1 and postgres-2 do not answer", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        cluster[1].Start();
        await cluster[1].WaitForAsync("up", status => status is { Phase: NodePhase.Running });
        await TestCluster.PromoteAsync([cluster[1], cluster[2]]);
    }

    // As soon as the server's own sockets are gone.
    private static async Task<TcpListener> ListenAsync(int port)
    {
        for (var tries = 0; ; tries++)
        {
            var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return listener;
            }
            catch (SocketException) when (tries < 500)
            {
                listener.Dispose();
                await Task.Delay(20);
            }
        }
    }

    // The replica's receiver takes nothing in, so that the primary ends without it.
    private static async Task CommitOnOneOnlyAsync(TestNode old, TestNode young)
    {
        const int Stop = 19, Continue = 18;
        await old.ExecuteAsync("CREATE TABLE notes (id int)");
        await young.CatchUpAsync(old);
        var receiver = await young.QueryAsync<int>("SELECT pid FROM pg_stat_wal_receiver", "postgres");
        Posix.Signal(receiver, Stop);
        try
        {
            await old.ExecuteAsync("INSERT INTO notes VALUES (1)");
            using var stopped = await old.PostAsync("stop");
            Assert.Equal(HttpStatusCode.OK, stopped.StatusCode);
        }
        finally
        {
            // What the kernel holds for it would still come in.
            Posix.Signal(receiver, Posix.Kill);
            Posix.Signal(receiver, Continue);
        }
        await young.WaitForAsync("alone", status => status is { Phase: NodePhase.Running, Streaming: not true });
    }
}
