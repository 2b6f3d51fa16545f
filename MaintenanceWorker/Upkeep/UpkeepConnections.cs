using ConversationData.Connections;
using ConversationData.Roles;
using Npgsql;

namespace MaintenanceWorker.Upkeep;

/// <summary>Connections for upkeep: as the owner of the schema, not pooled, and with statements that take as long as they take.</summary>
internal sealed class UpkeepConnections(IConfiguration configuration) : IAsyncDisposable
{
    private readonly Lazy<ConversationDataSource> _owner = new(() => new(Settings(configuration)));

    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => _owner.Value.Primary.OpenConnectionAsync(cancellationToken);

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
