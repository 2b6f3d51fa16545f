using PostgresForTests;

namespace MaintenanceWorker.Tests.Monitoring;

/// <summary>A primary and a replica with a worker that watches them, once for a class.</summary>
public sealed class WatchedCluster : IAsyncLifetime
{
    private WatchingWorker? _worker;

    internal PostgresServer Primary { get; private set; } = null!;

    internal PostgresServer Replica { get; private set; } = null!;

    internal WatchingWorker Worker => _worker!;

    internal string Database { get; private set; } = "";

    public async Task InitializeAsync()
    {
        Primary = await PostgresServer.StartAsync();
        Database = await WatchedDatabase.CreateAsync(Primary);
        Replica = await Primary.StartReplicaAsync("replica_one");
        _worker = await WatchingWorker.StartAsync([Primary, Replica], Database);
        await Worker.FreshAsync(Primary, Replica);
    }

    public async Task DisposeAsync()
    {
        if (_worker is not null)
            await _worker.DisposeAsync();
        if (Replica is not null)
            await Replica.DisposeAsync();
        await Primary.DisposeAsync();
    }
}
