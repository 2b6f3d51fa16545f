using System.Diagnostics;
using PostgresNode.Control;
using PostgresNode.Processes;

namespace PostgresNode.Tests.Rejoin;

/// <summary>Data that pg_rewind has begun to change is the primary's in part and this node's in part: nobody starts it.</summary>
public sealed class RewindTests
{
    [Fact]
    public async Task Data_that_a_killed_pg_rewind_left_half_changed_does_not_lead_and_is_fetched_anew()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var (old, young) = (cluster[0], cluster[1]);
        await old.ExecuteAsync("CREATE TABLE notes (id int); INSERT INTO notes VALUES (1)");
        await young.CatchUpAsync(old);
        using (await young.PostAsync("stop")) { }
        await old.ExecuteAsync("INSERT INTO notes VALUES (100)");
        await old.StopAsync();
        using (await young.PostAsync("start")) { }
        await young.WaitForAsync("alone", status => status is { Phase: NodePhase.Running, Streaming: not true });
        await TestCluster.PromoteAsync([young]);
        await young.ExecuteAsync("INSERT INTO notes VALUES (2)");
        // pg_rewind makes the database's folder first, then comes to the table's file and waits for a reader of the pipe that lies in its place.
        await young.ExecuteAsync("CREATE DATABASE later", "postgres");
        await young.ExecuteAsync("CREATE TABLE later (id int); INSERT INTO later VALUES (1)");
        var begun = Path.Combine(old.Data, "base", await young.QueryAsync<string>("SELECT oid::text FROM pg_database WHERE datname = 'later'"));
        await PipeAsync(Path.Combine(old.Data, await young.QueryAsync<string>("SELECT pg_relation_filepath('later')")));

        old.Start();
        for (var tries = 0; tries < 3000 && !Directory.Exists(begun); tries++)
            await Task.Delay(20);
        Assert.True(Directory.Exists(begun), old.Log);
        var rewind = await RewindOfAsync(old);
        Assert.True(rewind is not null, old.Log);
        old.Signal(Posix.Kill);
        Posix.Signal(rewind!.Value, Posix.Kill);
        await old.WaitForExitAsync();
        await young.StopAsync();

        // Nobody answers that was promoted since: by its control file this is a primary that was shut down.
        old.Start();
        var waiting = await old.WaitForAsync("without data", status => status is { Phase: NodePhase.Waiting });
        Assert.Equal((NodeRole.None, NodeRole.None), (waiting.Role, waiting.DataRole));
        Assert.EndsWith("-data", waiting.SetAside[^1], StringComparison.Ordinal);

        young.Start();
        await young.WaitForPrimaryAsync();
        var back = await old.WaitForStreamingAsync();
        Assert.Equal(waiting.SetAside, back.SetAside);
        await young.ExecuteAsync("INSERT INTO notes VALUES (3)");
        await old.CatchUpAsync(young);
        Assert.Equal("1,2,3", await old.QueryAsync<string>("SELECT string_agg(id::text, ',' ORDER BY id) FROM notes"));
    }

    private static async Task PipeAsync(string path)
    {
        using var made = Process.Start("mkfifo", ["-m", "600", path]);
        await made.WaitForExitAsync();
        Assert.Equal(0, made.ExitCode);
        if (Environment.IsPrivilegedProcess)
            new ServerAccount().Own(path);
    }

    private static async Task<int?> RewindOfAsync(TestNode node)
    {
        using var ps = Process.Start(new ProcessStartInfo("ps", ["-A", "-o", "pid=,args="]) { RedirectStandardOutput = true })!;
        return (await ps.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.TrimEntries)
            .Where(line => line.Contains("pg_rewind", StringComparison.Ordinal) && line.Contains(node.Data, StringComparison.Ordinal))
            .Select(line => (int?)int.Parse(line.Split(' ')[0], null)).FirstOrDefault();
    }
}
