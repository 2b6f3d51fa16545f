using Microsoft.Extensions.Options;
using NpgsqlTypes;
using PostgresNode.Configuration;
using PostgresNode.Control;
using PostgresNode.Peers;
using PostgresNode.Roles;
using PostgresNode.Startup;

namespace PostgresNode.Replication;

/// <summary>Makes this replica the primary, because a person decided so.</summary>
internal sealed class Promotion(
    PeerClient peers, LocalDatabase local, SynchronousWait wait, PrimaryStart primary, ServerProbe probe, NodeState state, IOptions<PostgresNodeOptions> options)
{
    /// <param name="force">Promote it though another node that is down or silent may have commits that are not here.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <returns>Null when it is done, or why it must not be.</returns>
    public async Task<string?> PromoteAsync(bool force, CancellationToken cancellationToken)
    {
        if (state.Server is not { } own)
            return $"{options.Value.NodeName} does not run.";
        if (own.Facts.Role == NodeRole.Primary)
            return $"{options.Value.NodeName} is the primary already.";
        var views = await peers.AskAllAsync(cancellationToken);
        if (views.FirstOrDefault(view => view.Status is { Role: NodeRole.Primary }) is { } leader)
            return $"{leader.Peer.Name} is primary and answers: two would take writes. POST /stop to {leader.Peer.Name} first.";
        var facts = await probe.AskAsync(cancellationToken);
        if (views.FirstOrDefault(view => IsAhead(view.Status, facts)) is { } ahead)
            return $"{ahead.Peer.Name} has more WAL ({ahead.Status!.Lsn} of timeline {ahead.Status.Timeline}, here {facts.Lsn} of {facts.Timeline}): promote that one.";
        if (!force && MayLose(views, facts) is { } loss)
            return $"{loss} POST /promote?force=true promotes {options.Value.NodeName} all the same, and what only another node has is set aside when that one comes back.";
        await wait.SuspendAsync(cancellationToken);
        await using (var connection = await local.OpenForSetupAsync("postgres", cancellationToken))
        {
            if (!await connection.QueryAsync<bool>("SELECT pg_promote(true, 50)", cancellationToken))
                return "PostgreSQL did not finish the promotion within 50 seconds; its log says why.";
        }
        await primary.OpenAsync(cancellationToken);
        await using (var connection = await local.OpenForSetupAsync("postgres", cancellationToken))
            await connection.ExecuteAsync("CHECKPOINT", cancellationToken);
        return null;
    }

    private string? MayLose(IReadOnlyList<PeerView> views, ServerFacts own)
    {
        var name = options.Value.NodeName;
        if (views.FirstOrDefault(view => MayHaveMore(view.Status, own)) is { } former)
        {
            return $"{former.Peer.Name} was primary and is down, and "
                + (former.Status!.Clean == true ? $"its WAL goes to {former.Status.Lsn}, that of {name} to {own.Lsn}" : "was cut off: commits may be in its WAL that never came here")
                + $". POST /start to {former.Peer.Name} and let {name} stream first.";
        }
        if (views.FirstOrDefault(view => view.Status is { DataRole: NodeRole.Unknown }) is { } unread)
            return $"{unread.Peer.Name} cannot say how far its data goes: {unread.Status!.State}";
        // A commit waits for any one replica: beside the primary that is lost, the one that has it may be silent too.
        var silent = views.Where(view => view.Status is null).Select(view => view.Peer.Name).ToList();
        return options.Value.Durability == Durability.Synchronous && silent.Count > 1
            ? $"{string.Join(" and ", silent)} do not answer, and one of them may have commits that are not here. Start one more node first."
            : null;
    }

    // The last record of one that was shut down begins at its position, so that whoever has everything is beyond it.
    private static bool MayHaveMore(NodeStatus? other, ServerFacts own) => other is { Role: NodeRole.None, DataRole: NodeRole.Primary }
        && (other.Timeline > own.Timeline || (other.Timeline == own.Timeline && (other.Clean != true || Lsn(other.Lsn) >= Lsn(own.Lsn))));

    private static bool IsAhead(NodeStatus? other, ServerFacts own) => other is { DataRole: NodeRole.Replica }
        && (other.Timeline > own.Timeline || (other.Timeline == own.Timeline && Lsn(other.Lsn) > Lsn(own.Lsn)));

    private static NpgsqlLogSequenceNumber Lsn(string? text) => NpgsqlLogSequenceNumber.TryParse(text ?? "0/0", out var lsn) ? lsn : default;
}
