using PostgresNode.Control;
using PostgresNode.Processes;
using PostgresNode.Replication;

namespace PostgresNode.Startup;

/// <summary>Starts this node's data as a replica's.</summary>
internal sealed class StandbyStart(PostgresProcess server, Upstream upstream, Slots slots, ServerProbe probe, NodeState state)
{
    /// <param name="reason">What the node says of itself once its server answers.</param>
    /// <param name="cancellationToken">Ends the wait for it.</param>
    public async Task FollowAsync(string reason, CancellationToken cancellationToken)
    {
        state.Set(NodePhase.Starting, "Starting as a replica; until its data is consistent it needs WAL from the primary.");
        await server.StartAsync(upstream.Settings(), cancellationToken);
        await slots.EnsureAsync(primary: false, cancellationToken);
        state.SetServer(await probe.AskAsync(cancellationToken));
        state.Set(NodePhase.Running, reason);
    }
}
