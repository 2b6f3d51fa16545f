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
    PeerClient peers, LocalDatabase local, SynchronousWait wait, BringUp bringUp, ServerProbe probe, NodeState state, IOptions<PostgresNodeOptions> options)
{
    /// <param name="force">Promote it though a former primary that is down may have commits that are not here.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <returns>Null when it is done, or why it must not be.</returns>
    public async Task<string?> PromoteAsync(bool force, CancellationToken cancellationToken)
    {
        if (state.Server is not { } own)
            return $"{options.Value.NodeName} does not run.";
        if (own.Facts.Role == NodeRole.Primary)
            return $"{options.Value.NodeName} is the primary already.";
        var views = await peers.AskAllAsync(cancellationToken);
        if (views.FirstOrDefault(view => view.Status is { Role: NodeRole.Primary }) is { } primary)
            return $"{primary.Peer.Name} is primary and answers: two would take writes. POST /stop to {primary.Peer.Name} first.";
        var facts = await probe.AskAsync(cancellationToken);
        if (views.FirstOrDefault(view => IsAhead(view.Status, facts)) is { } ahead)
            return $"{ahead.Peer.Name} has more WAL ({ahead.Status!.Lsn} of timeline {ahead.Status.Timeline}, here {facts.Lsn} of {facts.Timeline}): promote that one.";
        if (views.FirstOrDefault(view => view.Status is { DataRole: NodeRole.Unknown, Phase: NodePhase.Starting }) is { } starting)
            return $"{starting.Peer.Name} starts and has not read its data yet: ask again in a moment.";
        if (!force && views.FirstOrDefault(view => MayHaveMore(view.Status, facts)) is { } former)
            return Behind(former, facts);
        await wait.SuspendAsync(cancellationToken);
        await using (var connection = await local.OpenForSetupAsync("postgres", cancellationToken))
        {
            if (!await connection.QueryAsync<bool>("SELECT pg_promote(true, 50)", cancellationToken))
                return "PostgreSQL did not finish the promotion within 50 seconds; its log says why.";
        }
        await bringUp.OpenAsPrimaryAsync(cancellationToken);
        await using (var connection = await local.OpenForSetupAsync("postgres", cancellationToken))
            await connection.ExecuteAsync("CHECKPOINT", cancellationToken);
        return null;
    }

    // The last record of one that was shut down begins at its position, so that whoever has everything is beyond it.
    private static bool MayHaveMore(NodeStatus? other, ServerFacts own) => other is { Role: NodeRole.None, DataRole: NodeRole.Primary }
        && (other.Timeline > own.Timeline || (other.Timeline == own.Timeline && (other.Clean != true || Lsn(other.Lsn) >= Lsn(own.Lsn))));

    private string Behind(PeerView former, ServerFacts own) => $"{former.Peer.Name} was primary and is down, and "
        + (former.Status!.Clean == true ? $"its WAL goes to {former.Status.Lsn}, that of {options.Value.NodeName} to {own.Lsn}" : "was cut off: commits may be in its WAL that never came here")
        + $". POST /start to {former.Peer.Name} and let {options.Value.NodeName} stream first; or POST /promote?force=true, and what only {former.Peer.Name} has is set aside when it comes back.";

    private static bool IsAhead(NodeStatus? other, ServerFacts own) => other is { DataRole: NodeRole.Replica }
        && (other.Timeline > own.Timeline || (other.Timeline == own.Timeline && Lsn(other.Lsn) > Lsn(own.Lsn)));

    private static NpgsqlLogSequenceNumber Lsn(string? text) => NpgsqlLogSequenceNumber.TryParse(text ?? "0/0", out var lsn) ? lsn : default;
}
