using PostgresNode.Configuration;
using PostgresNode.Control;

namespace PostgresNode.Peers;

/// <summary>A peer and what it said; null when it said nothing in time.</summary>
internal sealed record PeerView(PeerOptions Peer, NodeStatus? Status);

internal static class PeerViews
{
    /// <summary>One that takes writes; null when none says so.</summary>
    public static PeerOptions? Primary(this IEnumerable<PeerView> views) => views.FirstOrDefault(view => view.Status is { Role: NodeRole.Primary })?.Peer;
}
