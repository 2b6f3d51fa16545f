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
    /// <returns>Null when it is done, or why it must not be.</returns>
    public async Task<string?> PromoteAsync(CancellationToken cancellationToken)
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

    // A former primary that was stopped has the shutdown record more; only another replica can be the better choice.
    private static bool IsAhead(NodeStatus? other, ServerFacts own) => other is { DataRole: NodeRole.Replica }
        && (other.Timeline > own.Timeline || (other.Timeline == own.Timeline && Lsn(other.Lsn) > Lsn(own.Lsn)));

    private static NpgsqlLogSequenceNumber Lsn(string? text) => NpgsqlLogSequenceNumber.TryParse(text ?? "0/0", out var lsn) ? lsn : default;
}
