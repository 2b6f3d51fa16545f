using MaintenanceWorker.Monitoring.Collecting;
using Npgsql;

namespace MaintenanceWorker.Monitoring.Servers;

/// <summary>One server of the connection string, with a small pool of its own: what one does to its callers costs the others nothing.</summary>
internal sealed class DatabaseServer(string host, int port, NpgsqlDataSource connections, SizeReadings sizes) : IAsyncDisposable
{
    public string Host => host;

    /// <summary>Its port; 0 where the host is a socket's folder.</summary>
    public int Port => port;

    public NpgsqlDataSource Connections => connections;

    /// <summary>How large its databases and its WAL are.</summary>
    public SizeReadings Sizes => sizes;

    public override string ToString() => port == 0 ? host : $"{host}:{port}";

    public ValueTask DisposeAsync()
    {
        sizes.Dispose();
        return connections.DisposeAsync();
    }
}
