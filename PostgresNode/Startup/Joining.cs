using PostgresNode.Configuration;
using PostgresNode.Control;
using PostgresNode.DataDirectory;
using PostgresNode.Peers;
using PostgresNode.Rejoin;
using PostgresNode.Replication;
using PostgresNode.Timelines;

namespace PostgresNode.Startup;

/// <summary>Makes this node a replica: with the data as it is, with its history cut back, or with data that is fetched anew.</summary>
internal sealed class Joining(
    StandbyStart standby, SharedHistory shared, Rewinder rewinder, Replacement replacement, LocalDataReader reader, Upstream upstream, NodeState state)
{
    /// <summary>Ends what an earlier start began and did not bring to its end.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        await rewinder.SettleAsync(cancellationToken);
        await replacement.SettleAsync(cancellationToken);
    }

    /// <summary>Goes on as the replica that it was. Where no primary answers yet, the comparison is made when WAL begins to stream.</summary>
    public async Task ResumeAsync(LocalData data, IReadOnlyList<PeerView> views, CancellationToken cancellationToken)
    {
        await shared.RememberEndAsync(data, cancellationToken);
        if (views.Primary() is { } primary && await shared.EndedElsewhereAsync(primary, cancellationToken))
            await CloneAsync(primary, data, views, cancellationToken);
        else
            await standby.FollowAsync("This node follows the primary.", cancellationToken);
    }

    /// <summary>Follows a primary with what the two histories have in common; where that cannot be had, with data that is fetched anew.</summary>
    public async Task RewindAsync(StartDecision.Rewind rewind, LocalData data, IReadOnlyList<PeerView> views, CancellationToken cancellationToken)
    {
        state.Set(NodePhase.Starting, $"{rewind.Primary.Name} was promoted since this node was primary: cutting this node's history back to where they parted.");
        var outcome = await rewinder.TryAsync(rewind.Primary, rewind.Timeline, cancellationToken);
        if (outcome is RewindOutcome.Broken)
            data = LocalData.None;
        if (outcome is not RewindOutcome.Done)
        {
            await CloneAsync(rewind.Primary, data, views, cancellationToken);
            return;
        }
        shared.Forget();
        await standby.FollowAsync($"This node follows {rewind.Primary.Name}, which was promoted in its place.", cancellationToken);
    }

    /// <summary>Gives up data that nobody can read for a primary's; false while there is no primary.</summary>
    public async Task<bool> ReplaceAsync(DamagedDataException damage, IReadOnlyList<PeerView> views, CancellationToken cancellationToken)
    {
        if (views.Primary() is not { } primary)
        {
            state.Set(NodePhase.Waiting, $"{damage.Message} A primary is waited for.");
            return false;
        }
        await CloneAsync(primary, LocalData.None, views, cancellationToken);
        return true;
    }

    /// <summary>Puts a primary's data in the place of what lies here, and follows.</summary>
    public async Task CloneAsync(PeerOptions primary, LocalData data, IReadOnlyList<PeerView> views, CancellationToken cancellationToken)
    {
        state.Set(NodePhase.Starting, $"Fetching the data of {primary.Name}.");
        var isAllThere = await shared.IsAllThereAsync(data, primary, cancellationToken);
        await replacement.CloneAsync(primary, upstream.OwnSlot, views.First(view => view.Peer == primary).Status, isAllThere, cancellationToken);
        shared.Forget();
        state.SetData(await reader.ReadAsync(cancellationToken));
        await standby.FollowAsync("This node follows the primary.", cancellationToken);
    }
}
