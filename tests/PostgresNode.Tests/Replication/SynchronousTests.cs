using Npgsql;

namespace PostgresNode.Tests.Replication;

public sealed class SynchronousTests
{
    [Fact]
    public async Task A_synchronous_commit_waits_for_the_replica_and_a_promoted_one_does_not_wait_for_its_predecessor()
    {
        await using var cluster = await TestCluster.CreateAsync(2);
        foreach (var node in cluster.Nodes)
            node.Settings["Postgres__Durability"] = "Synchronous";
        await cluster.StartAllAsync();
        await cluster[0].ExecuteAsync("CREATE TABLE notes (id int); INSERT INTO notes VALUES (1)");

        using (await cluster[1].PostAsync("stop")) { }
        await using (var connection = new NpgsqlConnection(cluster[0].ConnectionString() + ";Cancellation Timeout=-1;Command Timeout=2"))
        {
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("INSERT INTO notes VALUES (2)", connection);
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => command.ExecuteNonQueryAsync());
        }
        using (await cluster[1].PostAsync("start")) { }
        await cluster[1].WaitForStreamingAsync();
        await cluster[0].ExecuteAsync("INSERT INTO notes VALUES (3)");

        await cluster[0].StopAsync();
        using (await cluster[1].PostAsync("promote")) { }
        await cluster[1].WaitForPrimaryAsync();
        await cluster[1].ExecuteAsync("INSERT INTO notes VALUES (4)");
        cluster[0].Start();
        await cluster[0].WaitForStreamingAsync();
        await cluster[1].WaitForAsync("synchronous again", status => status.Durability == "synchronous");
        Assert.True(await cluster[1].QueryAsync<long>("SELECT count(*) FROM notes WHERE id IN (1, 3, 4)") == 3);
    }
}
