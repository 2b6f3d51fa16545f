using Microsoft.Extensions.Options;
using Npgsql;
using PostgresNode.Configuration;
using PostgresNode.Control;
using PostgresNode.DataDirectory;
using PostgresNode.Peers;
using PostgresNode.Processes;
using PostgresNode.Replication;
using PostgresNode.Startup;
using PostgresNode.Timelines;

namespace PostgresNode.Supervision;

/// <summary>Why the server has to be stopped and started in another way.</summary>
internal sealed record Healing(string Reason, StartWish Wish);

/// <summary>Looks at the running server and its peers once a second.</summary>
internal sealed partial class Watch(
    ServerProbe probe, PeerClient peers, SharedHistory shared, SetAside aside, ServerLog log, Slots slots, RepmgrRegistration repmgr, SynchronousWait wait, DiskSpace disk,
    NodeState state, IOptions<PostgresNodeOptions> options, TimeProvider time, ILogger<Watch> logger)
{
    private static readonly TimeSpan _registrationInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _longestWaitForPrimary = TimeSpan.FromSeconds(2);
    private DateTimeOffset _registeredAt;
    private bool _registered;
    private bool _rewound;
    private bool _compared;
    private string? _notCompared;

    public async Task<Healing?> LookAsync(CancellationToken cancellationToken)
    {
        ServerFacts facts;
        try
        {
            facts = await probe.AskAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException or IOException)
        {
            NoAnswer(failure.Message);
            return null;
        }
        state.SetServer(facts);
        return facts.Role == NodeRole.Primary ? await LookAsPrimaryAsync(facts, cancellationToken) : await LookAsReplicaAsync(facts, cancellationToken);
    }

    /// <summary>At the end of everything the primary stops before its replicas, so that they have all of it.</summary>
    public async Task LetPrimaryGoFirstAsync()
    {
        var evidence = time.GetUtcNow() + TimeSpan.FromMilliseconds(250);
        using var limit = new CancellationTokenSource(_longestWaitForPrimary, time);
        try
        {
            while (true)
            {
                var primary = (await peers.AskAllAsync(limit.Token)).FirstOrDefault(view => view.Status is { Role: NodeRole.Primary });
                if (primary is null || (primary.Status!.Phase != NodePhase.Stopping && time.GetUtcNow() > evidence))
                    return;
                await Task.Delay(TimeSpan.FromMilliseconds(50), time, limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The replica fetches the rest when both are up again.
        }
    }

    private async Task<Healing?> LookAsPrimaryAsync(ServerFacts facts, CancellationToken cancellationToken)
    {
        var views = await peers.AskAllAsync(cancellationToken);
        var others = views.Where(view => view.Status is { Role: NodeRole.Primary }).ToList();
        if (others.FirstOrDefault(view => view.Status!.Timeline > facts.Timeline) is { } newer)
            return new($"{newer.Peer.Name} is primary of timeline {newer.Status!.Timeline}, newer than this node's {facts.Timeline}: stepping down to follow it.", new());
        if (others.FirstOrDefault(view => view.Status!.Timeline == facts.Timeline) is { } rival)
            state.Set(NodePhase.Running, $"CONFLICT: {rival.Peer.Name} takes writes on the same timeline {facts.Timeline}. Decide whose writes stay and POST /rejoin on the other.");
        else
            state.Set(NodePhase.Running, "This node is the primary.", disk.Shortage());
        if (facts.Replicas.Count < options.Value.Peers.Count)
            await slots.RenewLostAsync(cancellationToken);
        await wait.RestoreAsync(facts, cancellationToken);
        return null;
    }

    private async Task<Healing?> LookAsReplicaAsync(ServerFacts facts, CancellationToken cancellationToken)
    {
        if (facts.Streaming == true)
        {
            if (await CompareAsync(cancellationToken) is { } foreign)
                return foreign;
            _rewound = false;
            aside.Settle();
            log.Forget();
            state.Set(NodePhase.Running, "This node follows the primary.", disk.Shortage());
            await RegisterAsync(cancellationToken);
            return null;
        }
        _compared = false;
        var primary = await PrimaryAsync(cancellationToken);
        if (primary is null)
        {
            state.Set(NodePhase.Running, "This node is a replica and answers reads, but no primary answers. "
                + $"It does not promote itself for that; where the primary is lost, POST /promote to {options.Value.NodeName}.");
            return null;
        }
        if (log.Divergence is not { } reason)
        {
            state.Set(NodePhase.Running, $"This node is a replica of {primary.Peer.Name} and is not streaming from it at the moment.");
            return null;
        }
        log.Forget();
        var rewind = !_rewound && !MissingWal(reason);
        _rewound = rewind;
        return new($"This replica cannot go on from where it is ({reason}): " + (rewind ? "cutting its history back." : "fetching the data again."),
            new(CloneFrom: !rewind, RewindFirst: rewind));
    }

    private async Task<PeerView?> PrimaryAsync(CancellationToken cancellationToken) =>
        (await peers.AskAllAsync(cancellationToken)).FirstOrDefault(view => view.Status is { Role: NodeRole.Primary });

    // Once for each time that WAL begins to stream.
    private async Task<Healing?> CompareAsync(CancellationToken cancellationToken)
    {
        if (_compared || await PrimaryAsync(cancellationToken) is not { } primary)
            return null;
        bool foreign;
        try
        {
            foreign = await shared.EndedElsewhereAsync(primary.Peer, cancellationToken);
        }
        catch (NodeFaultException fault)
        {
            // A primary without a connection left, say: asked again at the next look.
            if (_notCompared != fault.Message)
                NotCompared(_notCompared = fault.Message);
            return null;
        }
        _notCompared = null;
        _compared = !foreign;
        return foreign
            ? new($"This replica's data is of another history than {primary.Peer.Name}'s, though its timeline has the same number: fetching the data again.", new(CloneFrom: true))
            : null;
    }

    // A base backup brings the WAL that is gone; a rewind does not.
    private static bool MissingWal(string reason) => reason.Contains("removed", StringComparison.Ordinal) || reason.Contains("no longer", StringComparison.Ordinal);

    private async Task RegisterAsync(CancellationToken cancellationToken)
    {
        if (_registered || time.GetUtcNow() - _registeredAt < _registrationInterval)
            return;
        _registeredAt = time.GetUtcNow();
        _registered = await repmgr.RegisterAsync(primary: false, cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "PostgreSQL does not answer its node: {Reason}")]
    private partial void NoAnswer(string reason);

    [LoggerMessage(LogLevel.Warning, "Whether this replica's data is of the primary's history is not known yet and is asked again each second: {Reason}")]
    private partial void NotCompared(string reason);
}
