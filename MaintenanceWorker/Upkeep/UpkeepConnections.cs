using ConversationData.Connections;
using ConversationData.Roles;
using Npgsql;

namespace MaintenanceWorker.Upkeep;

/// <summary>Connections for upkeep: not pooled.</summary>
internal sealed class UpkeepConnections(IConfiguration configuration, TimeProvider time) : IAsyncDisposable
{
    // Npgsql believes for a moment that a host is away whose session was ended; so does a cluster whose roles change.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(250);

    private readonly Lazy<ConversationDataSource> _owner = new(() => new(AsOwner(Settings(configuration))));
    private readonly Lazy<ConversationDataSource> _login = new(() => new(Settings(configuration)));

    /// <summary>
    /// Opens one as the owner of the schema, to the node that leads, as soon as one does. It is for what cannot be done in a transaction (VACUUM,
    /// indexes built concurrently), and waits for no standby: no row depends on it, and a commit that anybody relies on later carries it along.
    /// </summary>
    public Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => WaitForLeaderAsync(token => _owner.Value.Primary.OpenConnectionAsync(token).AsTask(), cancellationToken);

    /// <summary>Opens one as the worker's own role, which may do less, to read.</summary>
    public Task<NpgsqlConnection> OpenAsLoginAsync(CancellationToken cancellationToken) => WaitForLeaderAsync(token => _login.Value.Primary.OpenConnectionAsync(token).AsTask(), cancellationToken);

    /// <summary>Begins to write as the worker's own role.</summary>
    public Task<WriteTransaction> BeginAsLoginAsync(CancellationToken cancellationToken) => WaitForLeaderAsync(_login.Value.BeginWriteAsync, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_owner.IsValueCreated)
            await _owner.Value.DisposeAsync();
        if (_login.IsValueCreated)
            await _login.Value.DisposeAsync();
    }

    private async Task<T> WaitForLeaderAsync<T>(Func<CancellationToken, Task<T>> open, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await open(cancellationToken);
            }
            catch (NpgsqlException e) when (e is not PostgresException { IsTransient: false } && time.GetElapsedTime(began) < _patience)
            {
                await Task.Delay(_pause, time, cancellationToken);
            }
        }
    }

    private static NpgsqlConnectionStringBuilder Settings(IConfiguration configuration)
    {
        var settings = ConversationConnectionString.Read(configuration);
        settings.ApplicationName = "MaintenanceWorker upkeep";
        settings.Pooling = false;
        settings.MaxAutoPrepare = 0;
        // A statement of upkeep that is given up is waited for until it has ended on the server; otherwise the backend would go on alone.
        settings.CancellationTimeout = 5000;
        return settings;
    }

    private static NpgsqlConnectionStringBuilder AsOwner(NpgsqlConnectionStringBuilder settings)
    {
        settings.CommandTimeout = 0;
        // Whoever is cancelled while it waits for its standby only ends that wait, and goes on.
        settings.Options = $"{settings.Options} -c role={DatabaseRoles.Owner} -c synchronous_commit=local".Trim();
        return settings;
    }
}
