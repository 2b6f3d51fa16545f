using Microsoft.Extensions.Options;
using Npgsql;
using PostgresNode.Configuration;

namespace PostgresNode.Roles;

/// <summary>Makes sure of databases, extensions and default privileges on the primary, at each start.</summary>
internal sealed partial class DatabaseSetup(LocalDatabase local, RoleSetup roles, IOptions<PostgresNodeOptions> options, ILogger<DatabaseSetup> logger)
{
    private static readonly string[] _extensions = ["vector", "pg_stat_statements", "amcheck", "pgstattuple"];

    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        var database = options.Value.Database;
        await using (var connection = await local.OpenForSetupAsync("postgres", cancellationToken))
        {
            await roles.EnsureAsync(connection, cancellationToken);
            await connection.ExecuteAsync(RewindRights, cancellationToken);
            await EnsureDatabaseAsync(connection, database, PlatformRole.Owner, cancellationToken);
            await EnsureDatabaseAsync(connection, "repmgr", PlatformRole.Repmgr, cancellationToken);
            await connection.ExecuteAsync($"""
                REVOKE ALL ON DATABASE {database}, repmgr FROM PUBLIC;
                GRANT CONNECT ON DATABASE {database} TO app_user, analytics_reader, maintenance;
                GRANT TEMPORARY ON DATABASE {database} TO app_user, maintenance
                """, cancellationToken);
        }
        await using (var connection = await local.OpenForSetupAsync(database, cancellationToken))
        {
            foreach (var extension in _extensions)
                await EnsureExtensionAsync(connection, extension, cancellationToken);
            await connection.ExecuteAsync(DefaultPrivileges, cancellationToken);
            await connection.ExecuteAsync(RestorePointRight, cancellationToken);
        }
        await EnsureRepmgrAsync(cancellationToken);
    }

    // What pg_rewind reads of its source, so that replicator need not be a superuser.
    private const string RewindRights = """
        GRANT EXECUTE ON FUNCTION pg_ls_dir(text, boolean, boolean), pg_stat_file(text, boolean),
            pg_read_binary_file(text), pg_read_binary_file(text, bigint, bigint, boolean) TO replicator
        """;

    // Later tables too: a grant on all tables would miss them. Only in public: what else the owner makes (history, records) is not the application's.
    private const string DefaultPrivileges = """
        GRANT USAGE ON SCHEMA public TO app_user, analytics_reader;
        ALTER DEFAULT PRIVILEGES FOR ROLE conversation_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO app_user;
        ALTER DEFAULT PRIVILEGES FOR ROLE conversation_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO app_user;
        ALTER DEFAULT PRIVILEGES FOR ROLE conversation_owner IN SCHEMA public GRANT SELECT ON TABLES TO analytics_reader
        """;

    // Migrations make a restore point before they change anything.
    private const string RestorePointRight = "GRANT EXECUTE ON FUNCTION pg_create_restore_point(text) TO conversation_owner";

    private async Task EnsureRepmgrAsync(CancellationToken cancellationToken)
    {
        await using var connection = await local.OpenForSetupAsync("repmgr", cancellationToken);
        if (!await EnsureExtensionAsync(connection, "repmgr", cancellationToken))
            return;
        await connection.ExecuteAsync("""
            GRANT ALL ON SCHEMA repmgr TO repmgr;
            GRANT ALL ON ALL TABLES IN SCHEMA repmgr TO repmgr;
            GRANT ALL ON ALL SEQUENCES IN SCHEMA repmgr TO repmgr;
            GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA repmgr TO repmgr
            """, cancellationToken);
    }

    private static async Task EnsureDatabaseAsync(NpgsqlConnection connection, string name, string owner, CancellationToken cancellationToken)
    {
        if (await connection.QueryAsync<bool>("SELECT true FROM pg_database WHERE datname = $1", cancellationToken, name))
            return;
        await connection.ExecuteAsync($"CREATE DATABASE {name} OWNER {owner}", cancellationToken);
    }

    private async Task<bool> EnsureExtensionAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        if (await connection.QueryAsync<bool>("SELECT true FROM pg_extension WHERE extname = $1", cancellationToken, name))
            return true;
        if (!await connection.QueryAsync<bool>("SELECT true FROM pg_available_extensions WHERE name = $1", cancellationToken, name))
        {
            ExtensionMissing(name);
            return false;
        }
        await connection.ExecuteAsync($"CREATE EXTENSION {name}", cancellationToken);
        return true;
    }

    [LoggerMessage(LogLevel.Warning, "This PostgreSQL has no extension {Extension}: what needs it will not work. Install its package on every node")]
    private partial void ExtensionMissing(string extension);
}
