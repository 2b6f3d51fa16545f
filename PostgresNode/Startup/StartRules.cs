using NpgsqlTypes;
using PostgresNode.Control;
using PostgresNode.DataDirectory;
using PostgresNode.Peers;

namespace PostgresNode.Startup;

/// <summary>What the node knows about itself when it decides.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Data">Its data.</param>
/// <param name="Trusted">Its server ran as primary under this very process until just now, or an operator told it to lead.</param>
internal sealed record StartFacts(int Id, LocalData Data, bool Trusted);

/// <summary>
/// Who leads at a start: the newest timeline, then WAL position. A former standby never promotes itself, and silence is
/// no evidence of death.
/// </summary>
internal static class StartRules
{
    // A replica has the primary's last record whole, while the control file names that record's beginning.
    private const ulong LastRecord = 16 * 1024;

    /// <summary>What a node does that was asked for something beyond the rules.</summary>
    public static StartDecision Decide(int id, LocalData data, StartWish wish, IReadOnlyList<PeerView> peers)
    {
        if (data.Role == NodeRole.Replica && (wish.CloneFrom || wish.RewindFirst) && peers.Primary() is { } primary)
            return wish.CloneFrom ? new StartDecision.Fetch(primary) : new StartDecision.Rewind(primary, data.Timeline);
        var decision = Decide(new StartFacts(id, data, wish.Lead), peers);
        // An operator's word replaces the silence of others, never what they say.
        return wish.Lead && decision is StartDecision.Wait && peers.All(peer => peer.Status is null or { DataRole: NodeRole.None or NodeRole.Unknown })
            ? data.Role == NodeRole.None ? new StartDecision.Initialize() : new StartDecision.Lead()
            : decision;
    }

    /// <summary>What a node does by the rules alone.</summary>
    public static StartDecision Decide(StartFacts self, IReadOnlyList<PeerView> peers)
    {
        var primary = peers.Where(peer => peer.Status is { Role: NodeRole.Primary }).MaxBy(peer => peer.Status!.Timeline ?? 0);
        if (Stranger(self, peers) is { } stranger)
            return new StartDecision.Wait($"{stranger.Peer.Name} has the data of another cluster (system identifier {stranger.Status!.SystemIdentifier}, "
                + $"here {self.Data.SystemIdentifier}). One of the two folders is in the wrong place: move it away, and that node fetches the data again.");
        return self.Data.Role switch
        {
            NodeRole.None => WithoutData(self, peers, primary),
            NodeRole.Replica => new StartDecision.Resume(),
            _ => FormerPrimary(self, peers, primary),
        };
    }

    private static PeerView? Stranger(StartFacts self, IReadOnlyList<PeerView> peers) => self.Data.Role == NodeRole.None ? null
        : peers.FirstOrDefault(peer => peer.Status?.SystemIdentifier is { } other && other != self.Data.SystemIdentifier);

    private static StartDecision WithoutData(StartFacts self, IReadOnlyList<PeerView> peers, PeerView? primary)
    {
        if (primary is not null)
            return new StartDecision.Fetch(primary.Peer);
        if (peers.FirstOrDefault(peer => peer.Status is { DataRole: NodeRole.Primary or NodeRole.Replica }) is { } owner)
            return new StartDecision.Wait($"This node has no data; {owner.Peer.Name} has, and is waited for to lead. {owner.Peer.Name} says: {owner.Status!.State}");
        if (peers.Where(SaysNothing).ToList() is { Count: > 0 } silent)
            return new StartDecision.Wait($"This node has no data, and whether the cluster has, only {Names(silent)} can say. "
                + "A new cluster is made when every node answers that it has none, or by POST /start?lead=true here.");
        return peers.All(peer => self.Id < peer.Status!.Id)
            ? new StartDecision.Initialize()
            : new StartDecision.Wait($"This node has no data; {peers.MinBy(peer => peer.Status!.Id)!.Peer.Name} makes the cluster.");
    }

    private static StartDecision FormerPrimary(StartFacts self, IReadOnlyList<PeerView> peers, PeerView? primary)
    {
        var newer = peers.Where(peer => peer.Status?.Timeline > self.Data.Timeline).MaxBy(peer => peer.Status!.Timeline);
        if (newer is not null)
            return primary?.Status?.Timeline > self.Data.Timeline
                ? new StartDecision.Rewind(primary.Peer, self.Data.Timeline)
                : new StartDecision.Wait($"{newer.Peer.Name} has timeline {newer.Status!.Timeline}, newer than this former primary's {self.Data.Timeline}: "
                    + $"somebody was promoted since. A primary of that timeline is waited for; where it is lost, POST /promote on {newer.Peer.Name}.");
        if (primary is not null)
            return primary.Status!.Timeline < self.Data.Timeline
                ? new StartDecision.Evict(primary.Peer)
                // Two histories under one number: pg_rewind could not tell them apart.
                : new StartDecision.Fetch(primary.Peer);
        if (peers.FirstOrDefault(peer => LeadsBefore(peer, self)) is { } first)
            return new StartDecision.Wait($"{first.Peer.Name} was primary of the same timeline and has more WAL ({first.Status!.Lsn}, here {self.Data.Lsn}): it is waited for to lead.");
        if (self.Data.Clean && peers.FirstOrDefault(peer => HasMore(peer, self)) is { } ahead && !self.Trusted)
            return new StartDecision.Wait($"{ahead.Peer.Name} has WAL up to {ahead.Status!.Lsn}, more than this former primary ({self.Data.Lsn}): was this folder restored from a copy? "
                + $"POST /promote on {ahead.Peer.Name} keeps what it has; POST /start?lead=true here drops it.");
        if (peers.Where(SaysNothing).ToList() is not { Count: > 0 } silent || self.Trusted)
            return new StartDecision.Lead();
        return self.Data.Clean
            ? new StartDecision.LeadAfterGrace($"Waiting a moment for word of {Names(silent)} before this node leads again, as it did when it was shut down.")
            : new StartDecision.Wait($"This node was primary and was cut off, and somebody may have been promoted since on {Names(silent)}: silence is no evidence. "
                + "It leads as soon as every node has said what its data is, or by POST /start?lead=true here.");
    }

    // A node that answers and has not read its data knows no more of the cluster than one that does not answer.
    private static bool SaysNothing(PeerView peer) => peer.Status is null or { DataRole: NodeRole.Unknown };

    private static bool LeadsBefore(PeerView peer, StartFacts self) =>
        peer.Status is { Role: NodeRole.None, DataRole: NodeRole.Primary } status && status.Timeline == self.Data.Timeline
        && (Position(status) > self.Data.Lsn || (Position(status) == self.Data.Lsn && status.Id < self.Id));

    private static bool HasMore(PeerView peer, StartFacts self) =>
        peer.Status is { DataRole: NodeRole.Replica } status && status.Timeline == self.Data.Timeline
        && (ulong)Position(status) > (ulong)self.Data.Lsn + LastRecord;

    private static NpgsqlLogSequenceNumber Position(NodeStatus status) =>
        NpgsqlLogSequenceNumber.TryParse(status.Lsn ?? "0/0", out var lsn) ? lsn : default;

    private static string Names(IEnumerable<PeerView> peers) =>
        string.Join(", ", peers.Select(peer => $"{peer.Peer.Name} ({(peer.Status is { } status ? $"it says: {status.State}" : "no answer yet")})"));
}
