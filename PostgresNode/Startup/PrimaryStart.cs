using PostgresNode.Configuration;
using PostgresNode.Control;
using PostgresNode.DataDirectory;
using PostgresNode.Processes;
using PostgresNode.Replication;
using PostgresNode.Roles;

namespace PostgresNode.Startup;

/// <summary>Opens this node's data for writes.</summary>
internal sealed class PrimaryStart(
    DataMaker maker, LocalDataReader reader, PostgresProcess server, DatabaseSetup setup, Slots slots, RepmgrRegistration repmgr, ServerProbe probe,
    NodeState state, NodePaths paths)
{
    /// <summary>Makes a new cluster and leads it.</summary>
    public async Task InitializeAsync(CancellationToken cancellationToken)
    {
        state.Set(NodePhase.Starting, "Making a new cluster.");
        await maker.InitializeAsync(cancellationToken);
        state.SetData(await reader.ReadAsync(cancellationToken));
        await LeadAsync(cancellationToken);
    }

    /// <summary>Starts the server, which takes writes from then on.</summary>
    public async Task LeadAsync(CancellationToken cancellationToken)
    {
        state.Set(NodePhase.Starting, "Starting as primary.");
        File.Delete(paths.StandbySignal);
        await server.StartAsync([], cancellationToken);
        await OpenAsync(cancellationToken);
    }

    /// <summary>What a primary needs beside a running server, after a start and after a promotion.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await setup.EnsureAsync(cancellationToken);
        await slots.EnsureAsync(primary: true, cancellationToken);
        state.SetServer(await probe.AskAsync(cancellationToken));
        state.Set(NodePhase.Running, "This node is the primary.");
        await repmgr.RegisterAsync(primary: true, cancellationToken);
    }
}
