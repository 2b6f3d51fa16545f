using Microsoft.Extensions.Options;
using PostgresNode.Configuration;
using PostgresNode.Control;
using PostgresNode.DataDirectory;
using PostgresNode.Peers;
using PostgresNode.Preflight;
using PostgresNode.Processes;
using PostgresNode.Rejoin;
using PostgresNode.Replication;
using PostgresNode.Roles;
using PostgresNode.Timelines;

namespace PostgresNode.Startup;

/// <summary>What a start is asked to do beyond the rules.</summary>
/// <param name="Lead">The server was primary under this process until just now, or an operator says that this node leads.</param>
/// <param name="CloneFrom">A standby's data cannot go on: fetch it anew.</param>
/// <param name="RewindFirst">A standby's data parted from the primary's: cut it back.</param>
internal sealed record StartWish(bool Lead = false, bool CloneFrom = false, bool RewindFirst = false);

/// <summary>From whatever lies in the folder to a server that takes connections.</summary>
internal sealed class BringUp(
    Premises premises, ConfigurationFiles files, LocalDataReader reader, PeerClient peers, DataMaker maker, Replacement replacement, Rewinder rewinder, SetAside aside, SharedHistory shared,
    Upstream upstream, PostgresProcess server, LocalDatabase local, DatabaseSetup setup, Slots slots, RepmgrRegistration repmgr, ServerProbe probe,
    NodeState state, NodePaths paths, IOptions<PostgresNodeOptions> options, TimeProvider time)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(150);

    /// <summary>How long a silent peer may take to come up before a former primary leads without it.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(8);

    public async Task RunAsync(StartWish wish, CancellationToken cancellationToken)
    {
        state.Set(NodePhase.Starting, "Looking at the data and the other nodes.");
        local.Forget();
        await premises.CheckAsync(cancellationToken);
        await replacement.SettleAsync(cancellationToken);
        await files.WriteAsync(cancellationToken);
        var began = time.GetTimestamp();
        while (!await TryAsync(wish, time.GetElapsedTime(began) > Grace, cancellationToken))
            await Task.Delay(PollInterval, time, cancellationToken);
    }

    private async Task<bool> TryAsync(StartWish wish, bool graceIsOver, CancellationToken cancellationToken)
    {
        var data = await reader.ReadAsync(cancellationToken);
        state.SetData(data);
        var views = await peers.AskAllAsync(cancellationToken);
        switch (Decide(wish, data, views))
        {
            case StartDecision.Initialize:
                state.Set(NodePhase.Starting, "Making a new cluster.");
                await maker.InitializeAsync(cancellationToken);
                state.SetData(await reader.ReadAsync(cancellationToken));
                await LeadAsync(cancellationToken);
                return true;
            case StartDecision.Lead:
                await LeadAsync(cancellationToken);
                return true;
            case StartDecision.LeadAfterGrace when graceIsOver:
                await LeadAsync(cancellationToken);
                return true;
            case StartDecision.LeadAfterGrace grace:
                state.Set(NodePhase.Waiting, grace.Reason);
                return false;
            case StartDecision.Wait wait:
                state.Set(NodePhase.Waiting, wait.Reason);
                return false;
            case StartDecision.Evict evict:
                state.Set(NodePhase.Waiting, $"{evict.Stale.Name} takes writes on an older timeline than this node's {data.Timeline}; it is told to step down and follow.");
                await peers.TellToRejoinAsync(evict.Stale, cancellationToken);
                return false;
            case StartDecision.Fetch fetch:
                await CloneAsync(fetch.Primary, data, views, cancellationToken);
                return true;
            case StartDecision.Rewind rewind:
                await RewindAsync(rewind, data, views, cancellationToken);
                return true;
            default:
                await ResumeAsync(data, views, cancellationToken);
                return true;
        }
    }

    private StartDecision Decide(StartWish wish, LocalData data, IReadOnlyList<PeerView> views)
    {
        var facts = new StartFacts(options.Value.NodeId, data, wish.Lead);
        var primary = PrimaryAmong(views);
        if (data.Role == NodeRole.Replica && primary is not null && (wish.CloneFrom || wish.RewindFirst))
            return wish.CloneFrom ? new StartDecision.Fetch(primary) : new StartDecision.Rewind(primary, data.Timeline);
        var decision = StartRules.Decide(facts, views);
        // An operator's word replaces the silence of others, never what they say.
        return wish.Lead && decision is StartDecision.Wait && views.All(view => view.Status is null or { DataRole: NodeRole.None })
            ? data.Role == NodeRole.None ? new StartDecision.Initialize() : new StartDecision.Lead()
            : decision;
    }

    private static PeerOptions? PrimaryAmong(IReadOnlyList<PeerView> views) => views.FirstOrDefault(view => view.Status is { Role: NodeRole.Primary })?.Peer;

    private async Task LeadAsync(CancellationToken cancellationToken)
    {
        state.Set(NodePhase.Starting, "Starting as primary.");
        File.Delete(paths.StandbySignal);
        await server.StartAsync([], cancellationToken);
        await OpenAsPrimaryAsync(cancellationToken);
    }

    /// <summary>What a primary needs beside a running server, after a start and after a promotion.</summary>
    public async Task OpenAsPrimaryAsync(CancellationToken cancellationToken)
    {
        await setup.EnsureAsync(cancellationToken);
        await slots.EnsureAsync(primary: true, cancellationToken);
        state.SetServer(await probe.AskAsync(cancellationToken));
        state.Set(NodePhase.Running, "This node is the primary.");
        await repmgr.RegisterAsync(primary: true, cancellationToken);
    }

    // Where no primary answers yet, the comparison is made when WAL begins to stream.
    private async Task ResumeAsync(LocalData data, IReadOnlyList<PeerView> views, CancellationToken cancellationToken)
    {
        await shared.RememberEndAsync(data, cancellationToken);
        if (PrimaryAmong(views) is { } primary && await shared.EndedElsewhereAsync(primary, cancellationToken))
            await CloneAsync(primary, data, views, cancellationToken);
        else
            await FollowAsync("This node follows the primary.", cancellationToken);
    }

    private async Task FollowAsync(string reason, CancellationToken cancellationToken)
    {
        state.Set(NodePhase.Starting, "Starting as a replica; until its data is consistent it needs WAL from the primary.");
        await server.StartAsync(upstream.Settings(), cancellationToken);
        await slots.EnsureAsync(primary: false, cancellationToken);
        state.SetServer(await probe.AskAsync(cancellationToken));
        state.Set(NodePhase.Running, reason);
    }

    private async Task RewindAsync(StartDecision.Rewind rewind, LocalData data, IReadOnlyList<PeerView> views, CancellationToken cancellationToken)
    {
        state.Set(NodePhase.Starting, $"{rewind.Primary.Name} was promoted since this node was primary: cutting this node's history back to where they parted.");
        var outcome = await rewinder.TryAsync(rewind.Primary, rewind.Timeline, cancellationToken);
        if (outcome is RewindOutcome.Broken)
        {
            await aside.KeepDataAsync(cancellationToken);
            data = LocalData.None;
        }
        if (outcome is not RewindOutcome.Done)
        {
            await CloneAsync(rewind.Primary, data, views, cancellationToken);
            return;
        }
        shared.Forget();
        await FollowAsync($"This node follows {rewind.Primary.Name}, which was promoted in its place.", cancellationToken);
    }

    private async Task CloneAsync(PeerOptions primary, LocalData data, IReadOnlyList<PeerView> views, CancellationToken cancellationToken)
    {
        state.Set(NodePhase.Starting, $"Fetching the data of {primary.Name}.");
        var isAllThere = await shared.IsAllThereAsync(data, primary, cancellationToken);
        await replacement.CloneAsync(primary, upstream.OwnSlot, views.First(view => view.Peer == primary).Status, isAllThere, cancellationToken);
        shared.Forget();
        state.SetData(await reader.ReadAsync(cancellationToken));
        await FollowAsync("This node follows the primary.", cancellationToken);
    }
}
