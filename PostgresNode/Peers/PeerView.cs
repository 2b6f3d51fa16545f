using PostgresNode.Configuration;
using PostgresNode.Control;

namespace PostgresNode.Peers;

/// <summary>A peer and what it said; null when it said nothing in time.</summary>
internal sealed record PeerView(PeerOptions Peer, NodeStatus? Status);

internal static class PeerViews
{
    /// <summary>The one that takes writes, of several the one that was promoted last; null when none says so.</summary>
    public static PeerOptions? Primary(this IEnumerable<PeerView> views) => views.Where(view => view.Status is { Role: NodeRole.Primary }).MaxBy(view => view.Status!.Timeline)?.Peer;
}
