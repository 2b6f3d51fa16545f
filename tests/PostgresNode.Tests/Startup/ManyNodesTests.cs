using System.Net;

namespace PostgresNode.Tests.Startup;

public sealed class ManyNodesTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public async Task When_the_primary_is_killed_one_replica_is_promoted_and_all_others_follow_it(int count)
    {
        await using var cluster = await TestCluster.CreateAsync(count);
        foreach (var node in cluster.Nodes)
            node.Settings["Postgres__Durability"] = "Synchronous";
        await cluster.StartAllAsync();
        await cluster[0].WaitForAsync("leading all", status => status.Replicas.Count(replica => replica.State == "streaming") == count - 1);
        await cluster[0].ExecuteAsync("CREATE TABLE notes (id int PRIMARY KEY)");
        for (var id = 0; id < 50; id++)
            await cluster[0].ExecuteAsync($"INSERT INTO notes VALUES ({id})");

        await cluster[0].VanishAsync();
        var leader = await TestCluster.PromoteAsync(cluster.Nodes.Skip(1));
        for (var id = 50; id < 100; id++)
            await leader.ExecuteAsync($"INSERT INTO notes VALUES ({id})");
        foreach (var other in cluster.Nodes.Skip(1).Where(node => node != leader))
            await other.WaitForAsync("following the new one", status => status is { Streaming: true, Timeline: 2 });

        cluster[0].Start();
        await cluster[0].WaitForAsync("back as a replica", status => status is { Streaming: true, Timeline: 2 });
        Assert.True(cluster[0].Log.Contains("Rewound to the history of " + leader.Name, StringComparison.Ordinal), cluster[0].Log);
        await leader.WaitForAsync("leading all", status => status.Replicas.Count(replica => replica.State == "streaming") == count - 1);
        await leader.ExecuteAsync("INSERT INTO notes VALUES (100)");
        foreach (var node in cluster.Nodes)
        {
            for (var tries = 0; tries < 500 && await node.QueryAsync<long>("SELECT count(*) FROM notes WHERE id = 100") == 0; tries++)
                await Task.Delay(20);
            Assert.Equal(101, await node.QueryAsync<long>("SELECT count(*) FROM notes"));
        }
        using var second = await cluster.Nodes.First(node => node != leader).PostAsync("promote");
        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
    }
}
