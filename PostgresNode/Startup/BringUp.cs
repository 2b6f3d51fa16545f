using Microsoft.Extensions.Options;
using PostgresNode.Configuration;
using PostgresNode.Control;
using PostgresNode.DataDirectory;
using PostgresNode.Peers;
using PostgresNode.Preflight;
using PostgresNode.Roles;

namespace PostgresNode.Startup;

/// <summary>From whatever lies in the folder to a server that takes connections: looks, decides, and has it done.</summary>
internal sealed class BringUp(
    Premises premises, ConfigurationFiles files, LocalDatabase local, LocalDataReader reader, PeerClient peers,
    PrimaryStart primary, Joining joining, NodeState state, IOptions<PostgresNodeOptions> options, TimeProvider time)
{
    private static readonly TimeSpan _pollInterval = TimeSpan.FromMilliseconds(150);

    /// <summary>How long a silent peer may take to come up before a former primary leads without it.</summary>
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(8);

    public async Task RunAsync(StartWish wish, CancellationToken cancellationToken)
    {
        state.Set(NodePhase.Starting, "Looking at the data and the other nodes.");
        local.Forget();
        await premises.CheckAsync(cancellationToken);
        await joining.SettleAsync(cancellationToken);
        await files.WriteAsync(cancellationToken);
        var began = time.GetTimestamp();
        while (!await TryAsync(wish, time.GetElapsedTime(began) > _grace, cancellationToken))
            await Task.Delay(_pollInterval, time, cancellationToken);
    }

    private async Task<bool> TryAsync(StartWish wish, bool graceIsOver, CancellationToken cancellationToken)
    {
        LocalData data;
        try
        {
            data = await reader.ReadAsync(cancellationToken);
        }
        catch (DamagedDataException damage)
        {
            state.SetData(null);
            if (!wish.ReplaceDamaged)
                throw;
            return await joining.ReplaceAsync(damage, await peers.AskAllAsync(cancellationToken), cancellationToken);
        }
        state.SetData(data);
        var views = await peers.AskAllAsync(cancellationToken);
        switch (StartRules.Decide(options.Value.NodeId, data, wish, views))
        {
            case StartDecision.Initialize:
                await primary.InitializeAsync(cancellationToken);
                return true;
            case StartDecision.Lead:
                await primary.LeadAsync(cancellationToken);
                return true;
            case StartDecision.LeadAfterGrace when graceIsOver:
                await primary.LeadAsync(cancellationToken);
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
                await joining.CloneAsync(fetch.Primary, data, views, cancellationToken);
                return true;
            case StartDecision.Rewind rewind:
                await joining.RewindAsync(rewind, data, views, cancellationToken);
                return true;
            default:
                await joining.ResumeAsync(data, views, cancellationToken);
                return true;
        }
    }
}
