using MaintenanceWorker.Alerts;
using MaintenanceWorker.HealthReport;
using MaintenanceWorker.Monitoring;
using MaintenanceWorker.Monitoring.Servers;
using MaintenanceWorker.Tests.Monitoring;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using PostgresForTests;

namespace MaintenanceWorker.Tests.HealthReport;

/// <summary>A primary with a replica, for the rules.</summary>
public sealed class ReportingServers : IAsyncLifetime
{
    public PostgresServer Primary { get; private set; } = null!;

    public PostgresServer Replica { get; private set; } = null!;

    public string Database { get; private set; } = "";

    public string ConnectionString => Primary.ConnectionStringFor(Database);

    public async Task InitializeAsync()
    {
        Primary = await PostgresServer.StartAsync(new() { Settings = new Dictionary<string, string> { ["max_connections"] = "43" } });
        Database = await WatchedDatabase.CreateAsync(Primary);
        Replica = await Primary.StartReplicaAsync("replica_one");
    }

    public async Task DisposeAsync()
    {
        await Replica.DisposeAsync();
        await Primary.DisposeAsync();
    }

    internal Task<DatabaseHealthReport> ReportAsync(Action<AlertsOptions>? configure = null) => ReportAsync([Primary, Replica], Database, configure);

    internal static async Task<DatabaseHealthReport> ReportAsync(IReadOnlyList<PostgresServer> servers, string database, Action<AlertsOptions>? configure = null)
    {
        var alerts = new AlertsOptions();
        configure?.Invoke(alerts);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:conversations", WatchingWorker.ConnectionString(servers, database))]).Build();
        await using var sessions = new DatabaseServers(configuration, Options.Create(new MonitoringOptions { ConnectTimeout = TimeSpan.FromSeconds(2) }), TimeProvider.System);
        return await new HealthReporter(sessions, Options.Create(alerts), TimeProvider.System).ReportAsync(ReportExtent.Everything, default);
    }
}
