using System.Globalization;
using ConversationData.Connections;
using MaintenanceWorker.Monitoring.Collecting;
using Microsoft.Extensions.Options;
using Npgsql;

namespace MaintenanceWorker.Monitoring.Servers;

/// <summary>The servers that the connection string names.</summary>
internal sealed class DatabaseServers : IAsyncDisposable
{
    // The collector, the findings, status and reports that are asked for share a server's sessions: a full pool would look like a server that does not answer.
    private const int PoolSize = 6;
    private static readonly TimeSpan _lockTimeout = TimeSpan.FromMilliseconds(250);
    private readonly NpgsqlMultiHostDataSource _all;

    public DatabaseServers(IConfiguration configuration, IOptions<MonitoringOptions> options, TimeProvider time)
    {
        var settings = Prepare(ConversationConnectionString.Read(configuration), options.Value);
        All = [.. Hosts(settings).Select(server => Connect(server.Host, server.Port, settings, new(options.Value, time)))];
        settings.Pooling = false;
        _all = new NpgsqlDataSourceBuilder(settings.ConnectionString).BuildMultiHost();
        Primary = _all.WithTargetSession(TargetSessionAttributes.Primary);
    }

    public IReadOnlyList<DatabaseServer> All { get; }

    /// <summary>A session on whichever leads, not pooled.</summary>
    public NpgsqlDataSource Primary { get; }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in All)
            await server.DisposeAsync();
        await _all.DisposeAsync();
    }

    // As options of the session, so that they hold for every statement and take no round trip.
    private static NpgsqlConnectionStringBuilder Prepare(NpgsqlConnectionStringBuilder settings, MonitoringOptions options)
    {
        settings.ApplicationName = "MaintenanceWorker monitoring";
        settings.Timeout = Seconds(options.ConnectTimeout);
        settings.CommandTimeout = Seconds(options.StatementTimeout) + 1;
        settings.MaxAutoPrepare = 0;
        settings.MaxPoolSize = PoolSize;
        settings.MinPoolSize = 0;
        settings.NoResetOnClose = true;
        // A session outlasts the pause between two looks, whatever suits the other pools.
        settings.ConnectionIdleLifetime = Math.Max(300, 3 * Seconds(options.SlowInterval));
        settings.Options = string.Create(CultureInfo.InvariantCulture,
            $"{settings.Options} -c statement_timeout={options.StatementTimeout.TotalMilliseconds:F0} -c lock_timeout={_lockTimeout.TotalMilliseconds:F0} -c jit=off -c max_parallel_workers_per_gather=0").TrimStart();
        return settings;
    }

    private static IEnumerable<(string Host, int Port)> Hosts(NpgsqlConnectionStringBuilder settings) =>
        (settings.Host ?? "localhost").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(host => Split(host, settings.Port)).Distinct();

    // host, host:port, [::1]:port, or the folder of a socket.
    private static (string Host, int Port) Split(string host, int port)
    {
        var colon = host.LastIndexOf(':');
        return host[0] is '/' or '@' || colon < 0 || host.IndexOf(':', StringComparison.Ordinal) != colon && !host.Contains("]:", StringComparison.Ordinal)
            || !int.TryParse(host.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var own)
            ? (host, port) : (host[..colon], own);
    }

    private static DatabaseServer Connect(string host, int port, NpgsqlConnectionStringBuilder settings, SizeReadings sizes) => new(host, port,
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Host = host, Port = port }.ConnectionString), sizes);

    private static int Seconds(TimeSpan time) => Math.Max(1, (int)Math.Ceiling(time.TotalSeconds));
}
