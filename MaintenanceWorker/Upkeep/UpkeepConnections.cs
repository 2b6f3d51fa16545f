using ConversationData.Connections;
using ConversationData.Roles;
using Npgsql;

namespace MaintenanceWorker.Upkeep;

/// <summary>Connections for upkeep: not pooled, and with statements that take as long as they take.</summary>
internal sealed class UpkeepConnections(IConfiguration configuration, TimeProvider time) : IAsyncDisposable
{
    // Npgsql believes for a moment that a host is away whose session was ended; so does a cluster whose roles change.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(250);

    private readonly Lazy<ConversationDataSource> _owner = new(() => new(AsOwner(Settings(configuration))));
    private readonly Lazy<ConversationDataSource> _login = new(() => new(Settings(configuration)));

    /// <summary>Opens one as the owner of the schema, to the node that leads, as soon as one does.</summary>
    public Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => OpenAsync(_owner.Value, cancellationToken);

    /// <summary>The same as the worker's own role, which may do less.</summary>
    public Task<NpgsqlConnection> OpenAsLoginAsync(CancellationToken cancellationToken) => OpenAsync(_login.Value, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_owner.IsValueCreated)
            await _owner.Value.DisposeAsync();
        if (_login.IsValueCreated)
            await _login.Value.DisposeAsync();
    }

    private async Task<NpgsqlConnection> OpenAsync(ConversationDataSource source, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await source.Primary.OpenConnectionAsync(cancellationToken);
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
        settings.CommandTimeout = 0;
        settings.MaxAutoPrepare = 0;
        // Unlike a commit, upkeep may be cancelled on the server; without this the backend would go on alone.
        settings.CancellationTimeout = 5000;
        return settings;
    }

    private static NpgsqlConnectionStringBuilder AsOwner(NpgsqlConnectionStringBuilder settings)
    {
        settings.Options = $"{settings.Options} -c role={DatabaseRoles.Owner}".Trim();
        return settings;
    }
}
