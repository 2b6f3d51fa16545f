using ConversationData.Connections;
using ConversationData.Roles;
using Npgsql;

namespace MaintenanceWorker.Upkeep;

/// <summary>Connections for upkeep: as the owner of the schema, not pooled, and with statements that take as long as they take.</summary>
internal sealed class UpkeepConnections(IConfiguration configuration, TimeProvider time) : IAsyncDisposable
{
    // Npgsql believes for a moment that a host is away whose session was ended; so does a cluster whose roles change.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);

    private readonly Lazy<ConversationDataSource> _owner = new(() => new(Settings(configuration)));

    /// <summary>Opens one to the node that leads, as soon as one does.</summary>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await _owner.Value.Primary.OpenConnectionAsync(cancellationToken);
            }
            catch (NpgsqlException e) when (e is not PostgresException { IsTransient: false } && time.GetElapsedTime(began) < s_patience)
            {
                await Task.Delay(s_pause, time, cancellationToken);
            }
        }
    }

    public ValueTask DisposeAsync() => _owner.IsValueCreated ? _owner.Value.DisposeAsync() : ValueTask.CompletedTask;

    private static NpgsqlConnectionStringBuilder Settings(IConfiguration configuration)
    {
        var settings = ConversationConnectionString.Read(configuration);
        settings.ApplicationName = "MaintenanceWorker upkeep";
        settings.Pooling = false;
        settings.CommandTimeout = 0;
        settings.MaxAutoPrepare = 0;
        // Unlike a commit, upkeep may be cancelled on the server; without this the backend would go on alone.
        settings.CancellationTimeout = 5000;
        settings.Options = $"{settings.Options} -c role={DatabaseRoles.Owner}".Trim();
        return settings;
    }
}
