using ConversationData;
using ConversationData.Connections;
using ConversationData.Roles;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace MigrationRunner.Migrating;

/// <summary>Connections as the login itself and as the owner of the schema: to the node that takes writes, or to any for what only reads.</summary>
internal sealed class MigrationConnections : IAsyncDisposable
{
    private readonly Lazy<ConversationDataSource> _login;
    private readonly Lazy<ConversationDataSource> _owner;

    private readonly MigrationCommits _commits;
    private readonly LocalCommits _localCommits;

    public MigrationConnections(IConfiguration configuration, IOptions<MigrationOptions> options, MigrationCommits commits)
    {
        (_commits, _localCommits) = (commits, new(commits));
        _login = new(() => new(Settings(configuration, options.Value)));
        _owner = new(() => new(AsOwner(Settings(configuration, options.Value), options.Value)));
    }

    public NpgsqlDataSource Login => _login.Value.Primary;

    public NpgsqlDataSource Owner => _owner.Value.Primary;

    public NpgsqlDataSource LoginForReading => _login.Value.PreferPrimary;

    public NpgsqlDataSource OwnerForReading => _owner.Value.PreferPrimary;

    public ConversationDbContext CreateContext() => CreateContext(Owner);

    public ConversationDbContext CreateContextForReading() => CreateContext(OwnerForReading);

    public async ValueTask DisposeAsync()
    {
        if (_login.IsValueCreated)
            await _login.Value.DisposeAsync();
        if (_owner.IsValueCreated)
            await _owner.Value.DisposeAsync();
    }

    private ConversationDbContext CreateContext(NpgsqlDataSource source)
    {
        var builder = new DbContextOptionsBuilder<ConversationDbContext>();
        builder.UseConversations(source).AddInterceptors(_commits, _localCommits);
        var context = new ConversationDbContext(builder.Options);
        _commits.Watch((NpgsqlConnection)context.Database.GetDbConnection());
        return context;
    }

    private static NpgsqlConnectionStringBuilder Settings(IConfiguration configuration, MigrationOptions options)
    {
        var settings = ConversationConnectionString.Read(configuration);
        settings.ApplicationName = "MigrationRunner";
        settings.Timeout = 5;
        settings.CommandTimeout = (int)options.StatementTimeout.TotalSeconds;
        settings.Pooling = true;
        settings.MaxPoolSize = 4;
        settings.MaxAutoPrepare = 0;
        return settings;
    }

    private static NpgsqlConnectionStringBuilder AsOwner(NpgsqlConnectionStringBuilder settings, MigrationOptions options)
    {
        settings.Options = $"{settings.Options} -c role={DatabaseRoles.Owner} -c lock_timeout={(long)options.LockTimeout.TotalMilliseconds}".Trim();
        // Cleaning up a session also resets its role, and servers older than the minor releases of November 2024 forget the one it began with.
        settings.NoResetOnClose = true;
        return settings;
    }
}
