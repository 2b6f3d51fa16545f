using System.Diagnostics;
using PostgresForTests;
using PostgresNode.DataDirectory;
using PostgresNode.Processes;

namespace PostgresNode.Tests.Supervision;

public sealed class StopTests
{
    private const int Stop = 19;

    [Fact]
    public async Task A_server_whose_node_is_killed_while_it_stops_shuts_down_cleanly_all_the_same()
    {
        await using var cluster = await TestCluster.StartAsync(1);
        var node = cluster[0];
        await node.ExecuteAsync("CREATE TABLE notes AS SELECT repeat('x', 500) AS text FROM generate_series(1, 50000)");
        var server = node.Postmaster!.Value;

        node.Signal(Posix.Terminate);
        await WaitAsync(() => node.Log.Contains("Stopping: The program ends.", StringComparison.Ordinal));
        node.Signal(Posix.Kill);
        await node.WaitForExitAsync();
        await WaitAsync(() => !Posix.Exists(server));

        Assert.Equal("shut down", await StateOfDataAsync(node));
    }

    [Fact]
    public async Task A_peer_that_hangs_does_not_hold_up_the_end()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        cluster[0].Settings["Postgres__PeerTimeout"] = "00:00:20";
        await cluster[0].StopAsync();
        cluster[0].Start();
        await cluster[0].WaitForPrimaryAsync();
        await cluster[1].WaitForStreamingAsync();
        cluster[1].Signal(Stop);
        // By now a look at the peer is under way, which ends after 20 s.
        await Task.Delay(2500);

        var began = Stopwatch.GetTimestamp();
        Assert.Equal(0, await cluster[0].StopAsync());
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0, 12);
        Assert.Equal("shut down", await StateOfDataAsync(cluster[0]));
    }

    [Fact]
    public async Task A_node_that_is_told_to_ends_with_its_parent_however_that_ended()
    {
        await using var cluster = await TestCluster.CreateAsync(1);
        var node = cluster[0];
        node.IsBelowShell = true;
        node.Settings["Postgres__EndWithParent"] = "true";
        node.Start();
        await node.WaitForPrimaryAsync();
        var program = int.Parse(await File.ReadAllTextAsync(Path.Combine(cluster.Folder, $"{node.Name}.pid")), null);
        var server = node.Postmaster!.Value;

        node.Signal(Posix.Kill);
        await WaitAsync(() => !Posix.Exists(server) && !Posix.Exists(program));

        Assert.Equal("shut down", await StateOfDataAsync(node));
    }

    private static async Task WaitAsync(Func<bool> holds)
    {
        var began = Stopwatch.GetTimestamp();
        while (!holds())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(30), "It took more than 30 s.");
            await Task.Delay(10);
        }
    }

    private static async Task<string> StateOfDataAsync(TestNode node)
    {
        var program = Path.Combine(await PostgresBinaries.FindAsync(), "pg_controldata");
        using var process = Process.Start(new ProcessStartInfo(program, ["-D", node.Data]) { RedirectStandardOutput = true, Environment = { ["LC_ALL"] = "C" } })!;
        var fields = LocalDataReader.Parse(await process.StandardOutput.ReadToEndAsync());
        return fields["Database cluster state"];
    }
}
