using System.Diagnostics;
using Npgsql;
using PostgresNode.Processes;
using Xunit.Abstractions;

namespace PostgresNode.Tests;

public sealed class RandomRoundsTests(ITestOutputHelper output)
{
    private const int Rounds = 8;

    /// <summary>Kills and stops; and changes of the primary by hand, planned ones and, where a commit waits for a replica, those of a primary that was killed.</summary>
    [Theory]
    [InlineData(2, "Asynchronous")]
    [InlineData(3, "Synchronous")]
    public async Task After_any_stops_kills_and_promotions_every_acknowledged_row_is_there_and_two_nodes_never_take_writes(int count, string durability)
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var cluster = await TestCluster.CreateAsync(count);
        foreach (var node in cluster.Nodes)
            node.Settings["Postgres__Durability"] = durability;
        await cluster.StartAllAsync();
        await cluster[0].ExecuteAsync("CREATE TABLE notes (id int PRIMARY KEY)");
        await using var source = cluster.MultiHost();
        using var over = new CancellationTokenSource();
        var acknowledged = new List<int>();
        var writing = WriteAsync(source, acknowledged, over.Token);
        var watching = CountWritableAsync(cluster, over.Token);
        for (var round = 0; round < Rounds; round++)
        {
            var before = acknowledged.Count;
            var disturbance = random.Next(durability == "Synchronous" ? 7 : 6);
            output.WriteLine($"round {round}: {disturbance}, after {before} acknowledged rows, the last {(before == 0 ? -1 : acknowledged[before - 1])}");
            await DisturbAsync(cluster, disturbance, random);
            await Task.WhenAll(cluster.Nodes.Select(node => node.WaitForAsync("up", status => status is { Role: Control.NodeRole.Primary } or { Streaming: true })));
            for (var tries = 0; tries < 500 && acknowledged.Count == before; tries++)
                await Task.Delay(20);
            Assert.True(acknowledged.Count > before, $"Nothing was written in round {round}, seed {seed}.");
        }
        await over.CancelAsync();
        await writing;
        Assert.True(await watching <= 1, $"Two nodes took writes, seed {seed}.");

        var leader = await LeaderAsync(cluster);
        await leader.WaitForPrimaryAsync();
        var present = (await leader.QueryAsync<int[]>("SELECT array_agg(id) FROM notes")).ToHashSet();
        var lost = acknowledged.Where(id => !present.Contains(id)).ToList();
        Assert.True(lost.Count == 0, $"Acknowledged and lost: {string.Join(' ', lost)}; seed {seed}.\n{string.Join('\n', cluster.Nodes.Select(node => $"{node.Name}:\n{node.Log}"))}");
        var end = await leader.QueryAsync<string>("SELECT pg_current_wal_lsn()::text", "postgres");
        foreach (var replica in cluster.Nodes.Where(node => node != leader))
        {
            for (var tries = 0; tries < 500 && !await replica.QueryAsync<bool>($"SELECT pg_last_wal_replay_lsn() >= '{end}'::pg_lsn"); tries++)
                await Task.Delay(20);
            Assert.Equal(present.Count, (int)await replica.QueryAsync<long>("SELECT count(*) FROM notes"));
        }
        output.WriteLine($"{Rounds} rounds, {acknowledged.Count} acknowledged rows");
    }

    private static async Task<TestNode> LeaderAsync(TestCluster cluster)
    {
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(4))
        {
            foreach (var node in cluster.Nodes)
            {
                if (await node.TryStatusAsync() is { Phase: Control.NodePhase.Running, Role: Control.NodeRole.Primary })
                    return node;
            }
            await Task.Delay(20);
        }
        throw new TimeoutException($"Nobody leads.\n{string.Join('\n', cluster.Nodes.Select(node => $"{node.Name}:\n{node.Log}"))}");
    }

    private static async Task DisturbAsync(TestCluster cluster, int disturbance, Random random)
    {
        var nodes = cluster.Nodes.ToArray();
        random.Shuffle(nodes);
        const int Terminate = 15;
        switch (disturbance)
        {
            case 0:
                var killed = nodes[0].Postmaster;
                Posix.Signal(killed ?? 0, Posix.Kill);
                // The node's last word, that it runs, is true for a moment longer than its server.
                for (var tries = 0; tries < 1500 && (nodes[0].Postmaster is not { } now || now == killed); tries++)
                    await Task.Delay(20);
                break;
            case 1:
                nodes[0].Signal(Posix.Kill);
                await nodes[0].WaitForExitAsync();
                nodes[0].Start();
                break;
            case 2:
                nodes[0].Signal(Terminate);
                Assert.Equal(0, await nodes[0].WaitForExitAsync());
                nodes[0].Start();
                break;
            case 3:
                foreach (var node in nodes)
                    node.Signal(Posix.Interrupt);
                await Task.WhenAll(nodes.Select(node => node.WaitForExitAsync()));
                foreach (var node in nodes)
                    node.Start();
                break;
            case 4:
                foreach (var node in nodes)
                    node.Signal(Posix.Kill);
                await Task.WhenAll(nodes.Select(node => node.WaitForExitAsync()));
                foreach (var node in nodes)
                    node.Start();
                break;
            case 5:
                var retired = await LeaderAsync(cluster);
                await Task.WhenAll(cluster.Nodes.Where(node => node != retired).Select(node => node.WaitForStreamingAsync()));
                await HandOverAsync(retired, [.. nodes.Where(node => node != retired)]);
                break;
            default:
                var lost = await LeaderAsync(cluster);
                await Task.WhenAll(cluster.Nodes.Where(node => node != lost).Select(node => node.WaitForStreamingAsync()));
                await lost.VanishAsync();
                await TestCluster.PromoteAsync(nodes.Where(node => node != lost));
                lost.Start();
                break;
        }
    }

    // As a person does it: what says that it streams may have stopped a moment ago, and then the promotion is refused.
    private static async Task HandOverAsync(TestNode retired, TestNode[] others)
    {
        for (var tries = 0; ; tries++)
        {
            await Task.WhenAll(others.Select(node => node.WaitForStreamingAsync()));
            using (await retired.PostAsync("stop")) { }
            if (await TestCluster.TryPromoteAsync(others) is not null)
                break;
            Assert.True(tries < 20, $"{others[0].Name} is never promoted: {await others[0].TryStatusAsync()} after {await retired.TryStatusAsync()}");
            using (await retired.PostAsync("start")) { }
            await retired.WaitForPrimaryAsync();
        }
        using (await retired.PostAsync("start")) { }
    }

    private static async Task WriteAsync(NpgsqlMultiHostDataSource source, List<int> acknowledged, CancellationToken cancellationToken)
    {
        for (var id = 0; !cancellationToken.IsCancellationRequested; id++)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(TargetSessionAttributes.ReadWrite, CancellationToken.None);
                await using var command = new NpgsqlCommand("INSERT INTO notes VALUES ($1)", connection) { Parameters = { new() { Value = id } } };
                await command.ExecuteNonQueryAsync(CancellationToken.None);
                acknowledged.Add(id);
            }
            catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
            {
                await Task.Delay(50, CancellationToken.None);
            }
        }
    }

    private static async Task<int> CountWritableAsync(TestCluster cluster, CancellationToken cancellationToken)
    {
        var most = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            // Answers may be seconds apart, with a change of the primary between them; those of two primaries stay.
            if (await CountAsync() > 1)
                most = Math.Max(most, await CountAsync());
            await Task.Delay(50, CancellationToken.None);
        }
        return most;

        async Task<int> CountAsync() => (await Task.WhenAll(cluster.Nodes.Select(async node =>
        {
            try { return !await node.QueryAsync<bool>("SELECT pg_is_in_recovery()"); }
            catch (Exception failure) when (failure is NpgsqlException or TimeoutException) { return false; }
        }))).Count(isWritable => isWritable);
    }
}
