using System.Globalization;
using Microsoft.Extensions.Options;
using Npgsql;

namespace MigrationRunner.Migrating;

/// <summary>Names the moment before a change in the WAL: what a way down drops comes back from there and from nowhere else.</summary>
internal sealed partial class RestorePoint(MigrationConnections connections, IOptions<MigrationOptions> options, TimeProvider time, ILogger<RestorePoint> logger)
{
    /// <param name="label">What is about to happen.</param>
    /// <param name="nothingToLose">True while the database holds nothing of ours.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="MigrationException">The server refuses, and going on without is not configured.</exception>
    public async Task CreateAsync(string label, bool nothingToLose, CancellationToken cancellationToken)
    {
        // PostgreSQL cuts a name at 63 bytes.
        var name = string.Create(CultureInfo.InvariantCulture, $"before_{label}_{time.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}");
        if (name.Length > 63)
            name = name[..46] + name[^17..];
        try
        {
            LogCreated(name, await CreateAsync(name, connections.Owner, cancellationToken) ?? await CreateAsync(name, connections.Login, cancellationToken)
                ?? throw new MigrationException("neither this login nor conversation_owner may execute pg_create_restore_point"));
        }
        catch (Exception e) when (e is MigrationException or PostgresException { SqlState: PostgresErrorCodes.ObjectNotInPrerequisiteState })
        {
            if (!nothingToLose && !options.Value.AllowWithoutRestorePoint)
            {
                throw new MigrationException(
                    $"The server refuses a restore point ({e.Message}). Let an administrator run  GRANT EXECUTE ON FUNCTION pg_create_restore_point(text) TO conversation_owner;  "
                    + "or, where the provider keeps backups to go back to, set Migrations__AllowWithoutRestorePoint=true.", e);
            }

            LogRefused(e.Message, nothingToLose ? "there is nothing to lose yet" : "so it is configured");
        }
    }

    /// <returns>Its position, or null when this role may not.</returns>
    private static async Task<string?> CreateAsync(string name, NpgsqlDataSource connections, CancellationToken cancellationToken)
    {
        // Asked first: a refusal would be an error in the server's log.
        await using var allowed = connections.CreateCommand("SELECT has_function_privilege('pg_create_restore_point(text)', 'EXECUTE')");
        if (await allowed.ExecuteScalarAsync(cancellationToken) is not true)
            return null;
        await using var command = connections.CreateCommand("SELECT pg_create_restore_point($1)::text");
        command.Parameters.Add(new() { Value = name });
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    [LoggerMessage(LogLevel.Information, "Restore point {Name} at {Lsn}")]
    private partial void LogCreated(string name, string lsn);

    [LoggerMessage(LogLevel.Warning, "No restore point ({Reason}); going on, because {Why}")]
    private partial void LogRefused(string reason, string why);
}
