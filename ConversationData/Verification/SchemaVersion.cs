using System.Reflection;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace ConversationData.Verification;

/// <summary>Whether a database has the schema that this code was written for.</summary>
public static class SchemaVersion
{
    private static readonly Lazy<string[]> _needed = new(() =>
        [.. typeof(SchemaVersion).Assembly.GetTypes().Select(type => type.GetCustomAttribute<MigrationAttribute>()?.Id).OfType<string>().Order(StringComparer.Ordinal)]);

    /// <summary>Looks for the first migration that was not applied. Those that this code does not know, since it is older, do no harm.</summary>
    /// <param name="source">The node to look at.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The migration's id; null when all that the code needs is there.</returns>
    /// <exception cref="NpgsqlException">The database cannot be asked.</exception>
    public static async Task<string?> FindMissingAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        try
        {
            var applied = await CatalogueReader.MigrationsAsync(connection, cancellationToken);
            return _needed.Value.FirstOrDefault(id => !applied.Contains(id));
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InsufficientPrivilege)
        {
            // The migration that lets the services look has not been applied.
            return _needed.Value[0];
        }
    }
}
