using System.Net;
using PostgresNode.Control;

namespace PostgresNode.Tests.Rejoin;

/// <summary>Data that cannot be read stays where it is until somebody says that another node's shall take its place.</summary>
public sealed class DamagedDataTests
{
    [Fact]
    public async Task A_rejoin_fetches_the_data_of_a_replica_whose_own_is_damaged_and_keeps_that_aside()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var (primary, replica) = (cluster[0], cluster[1]);
        await primary.ExecuteAsync("CREATE TABLE notes (id int); INSERT INTO notes VALUES (1)");
        await replica.StopAsync();
        await using (var control = new FileStream(Path.Combine(replica.Data, "global", "pg_control"), FileMode.Open))
            control.SetLength(100);

        replica.Start();
        var damaged = await replica.WaitForAsync("damaged", status => status is { Phase: NodePhase.Failed });
        Assert.Contains("POST /rejoin", damaged.State, StringComparison.Ordinal);
        Assert.Empty(damaged.SetAside);

        using (var rejoin = await replica.PostAsync("rejoin"))
            Assert.Equal(HttpStatusCode.Accepted, rejoin.StatusCode);
        var back = await replica.WaitForStreamingAsync();
        var kept = Assert.Single(back.SetAside);
        Assert.Equal(100, new FileInfo(Path.Combine(kept, "global", "pg_control")).Length);
        await primary.ExecuteAsync("INSERT INTO notes VALUES (2)");
        await replica.CatchUpAsync(primary);
        Assert.Equal(2, await replica.QueryAsync<long>("SELECT count(*) FROM notes"));
    }
}
