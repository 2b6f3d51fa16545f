using Npgsql;
using PostgresNode.Control;

namespace PostgresNode.Tests.DataDirectory;

/// <summary>A disk that really fills while the server writes.</summary>
public sealed class DiskTests
{
    [SmallDiskTheory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_node_whose_disk_is_full_says_so_loses_nothing_and_goes_on_when_there_is_room(int index)
    {
        await using var cluster = await TestCluster.CreateAsync(2);
        foreach (var each in cluster.Nodes)
        {
            each.Settings["Postgres__MinimumFreeMegabytes"] = "64";
            each.Settings["Postgres__Settings__wal_keep_size"] = "0";
            each.Settings["Postgres__Settings__max_wal_size"] = "64MB";
            each.Settings["Postgres__Settings__min_wal_size"] = "32MB";
        }
        var (primary, node) = (cluster[0], cluster[index]);
        var disk = SmallDisk.For(node, cluster.Folder, "400m");
        await cluster.StartAllAsync();
        await primary.ExecuteAsync("CREATE TABLE notes (id int PRIMARY KEY, text text)");
        await primary.ExecuteAsync("INSERT INTO notes VALUES (0, '')");

        disk.Fill();
        var low = await node.WaitForAsync("short of space", status => status is { Phase: NodePhase.Running } && status.State.Contains("make room there", StringComparison.Ordinal));
        Assert.Contains("Less than 64 MiB are free", low.State, StringComparison.Ordinal);
        var acknowledged = await WriteUntilAsync(primary, node);

        var full = await node.WaitForAsync("out of space", status => status is { Phase: NodePhase.Failed } && status.State.Contains("disk is full", StringComparison.Ordinal));
        Assert.Contains("Make room there (never inside data/pg_wal)", full.State, StringComparison.Ordinal);
        Assert.Contains("No space left on device", node.Log, StringComparison.Ordinal);
        Assert.False(await node.IsHealthyAsync());
        // The primary's replica does not lead for that, and the node does not start its server only for it to end again.
        Assert.Equal(index == 0 ? NodeRole.Replica : NodeRole.Primary, (await cluster[1 - index].TryStatusAsync())!.Role);
        Assert.Equal(1, node.Log.Split("starting PostgreSQL").Length - 1);

        disk.MakeRoom();
        await primary.WaitForPrimaryAsync();
        await cluster[1].WaitForStreamingAsync();
        await primary.ExecuteAsync("INSERT INTO notes VALUES (-1, 'again')");
        acknowledged.Add(-1);
        foreach (var each in cluster.Nodes)
        {
            var present = await RowsWithLastAsync(each);
            Assert.DoesNotContain(acknowledged, id => !present.Contains(id));
        }
    }

    // A replica whose primary crashed may yet start once more before it has the last row.
    private static async Task<HashSet<int>> RowsWithLastAsync(TestNode node)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                var present = (await node.QueryAsync<int[]>("SELECT array_agg(id) FROM notes")).ToHashSet();
                if (present.Contains(-1))
                    return present;
                Assert.True(tries < 1500, $"{node.Name} never had the last row.\n{node.Log}");
            }
            catch (NpgsqlException failure) when (tries < 1500 && (failure is not PostgresException refused || refused.SqlState.StartsWith("57P0", StringComparison.Ordinal)))
            {
                // It goes down or comes up.
            }
            await Task.Delay(20);
        }
    }

    // Rows, and WAL beside them: on a full disk a table grows no more while a segment that is there already still has room.
    private static async Task<List<int>> WriteUntilAsync(TestNode primary, TestNode node)
    {
        var acknowledged = new List<int> { 0 };
        for (var id = 1; (await node.TryStatusAsync())?.Phase is NodePhase.Running; id++)
        {
            Assert.True(id < 2000, $"{node.Name} never ran out of space.");
            try
            {
                await primary.ExecuteAsync($"INSERT INTO notes VALUES ({id}, repeat('x', 1000))");
                acknowledged.Add(id);
            }
            catch (NpgsqlException)
            {
                // Not acknowledged.
            }
            try
            {
                await primary.ExecuteAsync("SELECT pg_logical_emit_message(true, 'test', repeat(gen_random_uuid()::text, 30000))", "postgres");
            }
            catch (NpgsqlException)
            {
                // As above.
            }
        }
        return acknowledged;
    }
}
