using PostgresNode.Control;
using PostgresNode.Processes;

namespace PostgresNode.Tests.Supervision;

public sealed class ImpatientCallerTests
{
    [Fact]
    public async Task A_stop_or_restart_whose_caller_goes_away_is_carried_out_and_the_server_is_watched_afterwards()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var node = cluster[0];
        // A peer that hangs holds up the node's look around, and with it whoever waits for its turn.
        const int Stop = 19;
        cluster[1].Signal(Stop);

        await node.PostAndLeaveAsync("stop");
        await node.WaitForAsync("stopped", status => status is { Phase: NodePhase.Stopped });
        Assert.Null(node.Postmaster);

        using (await node.PostAsync("start?lead=true")) { }
        await node.WaitForPrimaryAsync();
        var first = node.Postmaster;
        await node.PostAndLeaveAsync("restart");
        await node.WaitForAsync("restarted", status => status is { Phase: NodePhase.Running, Role: NodeRole.Primary } && node.Postmaster is { } pid && pid != first);

        var second = node.Postmaster!.Value;
        Posix.Signal(second, Posix.Kill);
        await node.WaitForAsync("up again", status => status is { Phase: NodePhase.Running, Role: NodeRole.Primary } && node.Postmaster is { } pid && pid != second);
        await node.ExecuteAsync("CREATE TABLE notes (id int)");
    }
}
