using NpgsqlTypes;
using PostgresNode.Configuration;
using PostgresNode.Control;
using PostgresNode.DataDirectory;
using PostgresNode.Peers;
using PostgresNode.Startup;

namespace PostgresNode.Tests.Startup;

/// <summary>The cases of a cold start that real nodes reach only by chance.</summary>
public sealed class StartRulesTests
{
    private static readonly LocalData _formerPrimary = new(NodeRole.Primary, true, 2, new NpgsqlLogSequenceNumber(1000), "7");

    [Fact]
    public void The_lowest_of_empty_nodes_makes_the_cluster_once_all_have_answered()
    {
        Assert.IsType<StartDecision.Initialize>(Decide(1, LocalData.None, Peer(2)));
        Assert.IsType<StartDecision.Wait>(Decide(2, LocalData.None, Peer(1)));
        Assert.IsType<StartDecision.Wait>(Decide(1, LocalData.None, Peer(2), Silent(3)));
    }

    [Fact]
    public void An_empty_node_waits_while_a_replica_has_the_data_and_nobody_leads() =>
        Assert.IsType<StartDecision.Wait>(Decide(1, LocalData.None, Peer(2, data: NodeRole.Replica, timeline: 1)));

    [Fact]
    public void A_former_standby_starts_as_a_standby_even_when_nobody_answers() =>
        Assert.IsType<StartDecision.Resume>(Decide(1, _formerPrimary with { Role = NodeRole.Replica }, Silent(2)));

    [Fact]
    public void A_former_primary_follows_a_primary_of_a_newer_timeline() =>
        Assert.IsType<StartDecision.Rewind>(Decide(1, _formerPrimary, Peer(2, NodeRole.Primary, NodeRole.Primary, 3)));

    [Fact]
    public void A_former_primary_does_not_lead_while_a_replica_has_seen_a_newer_timeline() =>
        Assert.IsType<StartDecision.Wait>(Decide(1, _formerPrimary, Peer(2, data: NodeRole.Replica, timeline: 3), Silent(3)));

    [Fact]
    public void Of_two_former_primaries_the_newer_timeline_then_the_longer_WAL_then_the_lower_number_leads()
    {
        Assert.IsType<StartDecision.Wait>(Decide(1, _formerPrimary, Peer(2, data: NodeRole.Primary, timeline: 3)));
        Assert.IsType<StartDecision.Lead>(Decide(1, _formerPrimary, Peer(2, data: NodeRole.Primary, timeline: 1)));
        Assert.IsType<StartDecision.Wait>(Decide(1, _formerPrimary, Peer(2, data: NodeRole.Primary, timeline: 2, lsn: 2000)));
        Assert.IsType<StartDecision.Lead>(Decide(1, _formerPrimary, Peer(2, data: NodeRole.Primary, timeline: 2, lsn: 1000)));
        Assert.IsType<StartDecision.Wait>(Decide(2, _formerPrimary, Peer(1, data: NodeRole.Primary, timeline: 2, lsn: 1000)));
    }

    [Fact]
    public void A_stale_primary_is_told_to_step_down_before_the_newer_one_leads() =>
        Assert.IsType<StartDecision.Evict>(Decide(1, _formerPrimary, Peer(2, NodeRole.Primary, NodeRole.Primary, 1)));

    [Fact]
    public void A_former_primary_that_was_cut_off_leads_only_when_every_peer_has_answered()
    {
        var cutOff = _formerPrimary with { Clean = false };
        Assert.IsType<StartDecision.Wait>(Decide(1, cutOff, Silent(2)));
        Assert.IsType<StartDecision.Lead>(Decide(1, cutOff, Peer(2, data: NodeRole.Replica, timeline: 2)));
        Assert.IsType<StartDecision.LeadAfterGrace>(Decide(1, _formerPrimary, Silent(2)));
    }

    [Fact]
    public void A_peer_that_has_not_read_its_data_is_as_good_as_silent()
    {
        var starting = Peer(2, data: NodeRole.Unknown);
        Assert.IsType<StartDecision.Wait>(Decide(1, LocalData.None, starting));
        Assert.IsType<StartDecision.Wait>(Decide(1, _formerPrimary with { Clean = false }, starting));
        Assert.IsType<StartDecision.LeadAfterGrace>(Decide(1, _formerPrimary, starting));
        Assert.IsType<StartDecision.Initialize>(StartRules.Decide(1, LocalData.None, new StartWish(Lead: true), [starting]));
    }

    [Fact]
    public void A_former_primary_with_less_WAL_than_its_replica_was_restored_from_a_copy_and_waits() =>
        Assert.IsType<StartDecision.Wait>(Decide(1, _formerPrimary, Peer(2, data: NodeRole.Replica, timeline: 2, lsn: 10_000_000)));

    [Fact]
    public void Nodes_of_two_clusters_do_not_touch_each_other() =>
        Assert.IsType<StartDecision.Wait>(Decide(1, _formerPrimary, Peer(2, NodeRole.Primary, NodeRole.Primary, 9, system: "8")));

    private static StartDecision Decide(int id, LocalData data, params PeerView[] peers) => StartRules.Decide(new(id, data, Trusted: false), peers);

    private static PeerView Silent(int id) => new(new PeerOptions { Name = $"postgres-{id}" }, null);

    private static PeerView Peer(int id, NodeRole role = NodeRole.None, NodeRole data = NodeRole.None, uint? timeline = null, ulong lsn = 1000, string system = "7") =>
        new(new PeerOptions { Name = $"postgres-{id}" }, new NodeStatus
        {
            Name = $"postgres-{id}",
            Id = id,
            Phase = role == NodeRole.None ? NodePhase.Starting : NodePhase.Running,
            State = "",
            Since = default,
            Role = role,
            DataRole = data,
            Timeline = timeline,
            Lsn = new NpgsqlLogSequenceNumber(lsn).ToString(),
            SystemIdentifier = data == NodeRole.None ? null : system,
        });
}
