using Microsoft.Extensions.Options;
using Npgsql;
using PostgresNode.Configuration;

namespace PostgresNode.Roles;

/// <summary>The node's own sessions: the superuser over the local socket, without a password.</summary>
internal sealed class LocalDatabase(NodePaths paths, IOptions<PostgresNodeOptions> options) : IAsyncDisposable
{
    // One source for the probe that runs every second; setting up opens its own connections.
    private readonly Lazy<NpgsqlDataSource> _probe = new(() => NpgsqlDataSource.Create(Settings(paths, options.Value, "postgres", pooling: true)));

    public NpgsqlDataSource Probe => _probe.Value;

    /// <summary>Drops sessions with a server that is gone.</summary>
    public void Forget()
    {
        if (_probe.IsValueCreated)
            _probe.Value.Clear();
    }

    /// <summary>Opens a session whose statements are neither logged nor collected, and whose commits wait for no replica.</summary>
    public async Task<NpgsqlConnection> OpenForSetupAsync(string database, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(Settings(paths, options.Value, database, pooling: false));
        try
        {
            await connection.OpenAsync(cancellationToken);
            await connection.ExecuteAsync("""
                SET synchronous_commit = local; SET log_statement = 'none'; SET log_min_duration_statement = -1;
                SET log_min_error_statement = 'panic'; SET pg_stat_statements.track = 'none'; SET client_min_messages = 'warning'
                """, cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_probe.IsValueCreated)
            await _probe.Value.DisposeAsync();
    }

    private static string Settings(NodePaths paths, PostgresNodeOptions options, string database, bool pooling) => new NpgsqlConnectionStringBuilder
    {
        Host = paths.Sockets,
        Port = options.Port,
        Username = "postgres",
        Database = database,
        ApplicationName = $"{options.NodeName} node",
        Pooling = pooling,
        MaxPoolSize = pooling ? 4 : 100,
        Timeout = 5,
        CommandTimeout = pooling ? 3 : 60,
        // While a commit waits for a replica, a cancellation would turn the wait into success.
        CancellationTimeout = -1,
    }.ConnectionString;
}
