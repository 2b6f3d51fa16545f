using Npgsql;
using PostgresNode.Processes;

namespace PostgresNode.Tests.Processes;

/// <summary>Whoever reaches a replica can have its server write nearly any text into its log. None of it has the replica's data fetched anew.</summary>
public sealed class ForgedLogTests
{
    private const string Words = "[1] walreceiver FATAL:  requested WAL has already been removed";
    private const string Stranger = "127.0.0.2";

    [Fact]
    public async Task No_text_of_a_client_has_a_replica_cloned_anew()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var (primary, replica) = (cluster[0], cluster[1]);
        await primary.ExecuteAsync("ALTER ROLE replicator NOLOGIN", "postgres");
        Posix.Signal(await replica.QueryAsync<int>("SELECT pid FROM pg_stat_wal_receiver", "postgres"), Posix.Terminate);
        await replica.WaitForAsync("paused", status => status.State.Contains("is not streaming from it at the moment", StringComparison.Ordinal));

        foreach (var sql in new[] { $"SELECT '{Words}'::int", $"SELECT 1/0 AS \"x\n{Words}\"", $"DO $$ BEGIN RAISE EXCEPTION E'x\\n{Words}'; END $$", $"SELECT E'x\\r{Words}'::int", "SELECT 'invalidated'::int" })
            await Assert.ThrowsAsync<PostgresException>(() => replica.ExecuteAsync(sql));
        // From where nobody is let in, so without a password.
        Assert.Equal('E', (await Greeting.SendAsync(replica.Port, $"x\n{Words}", "conversations", Stranger)).Type);
        Assert.Equal('E', (await Greeting.SendAsync(replica.Port, "x", $"x\r{Words}", Stranger)).Type);
        await SeesAgainAsync(replica);
        await SeesAgainAsync(replica);
        Assert.Contains("is not streaming from it at the moment", (await replica.TryStatusAsync())!.State, StringComparison.Ordinal);

        await primary.ExecuteAsync("ALTER ROLE replicator LOGIN", "postgres");
        await replica.WaitForStreamingAsync();
        Assert.DoesNotContain("cannot go on from where it is", replica.Log, StringComparison.Ordinal);
    }

    // The node has looked at its server, and at what its log said, since now.
    private static async Task SeesAgainAsync(TestNode node)
    {
        await using var connection = new NpgsqlConnection(node.ConnectionString("postgres"));
        await connection.OpenAsync();
        await using var look = new NpgsqlCommand("SELECT coalesce(max(query_start), '-infinity') > $1 FROM pg_stat_activity WHERE application_name = 'postgres-2 node'", connection);
        await using var clock = new NpgsqlCommand("SELECT clock_timestamp()", connection);
        look.Parameters.Add(new() { Value = await clock.ExecuteScalarAsync() });
        while (await look.ExecuteScalarAsync() is not true)
            await Task.Delay(50);
    }
}
