using ConversationData;
using ConversationData.Connections;
using ConversationData.Roles;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using PostgresForTests;

namespace MailForTests;

/// <summary>Databases with the whole schema.</summary>
public static class MigratedDatabase
{
    /// <summary>Makes one and gives the superuser's connection string for it.</summary>
    public static async Task<string> CreateAsync(PostgresServer server, CancellationToken cancellationToken = default)
    {
        var connectionString = await server.CreateDatabaseAsync(cancellationToken);
        await MigrateAsync(connectionString, cancellationToken);
        return connectionString;
    }

    /// <summary>Brings an empty database to the whole schema.</summary>
    public static async Task MigrateAsync(string connectionString, CancellationToken cancellationToken = default)
    {
        await using (var connection = new NpgsqlConnection(connectionString))
        {
            await connection.OpenAsync(cancellationToken);
            await DatabasePreparation.PrepareAsync(connection, cancellationToken);
        }

        var owner = new NpgsqlConnectionStringBuilder(connectionString) { Options = $"-c role={DatabaseRoles.Owner}", NoResetOnClose = true };
        await using var source = new ConversationDataSource(owner);
        await using var context = new ConversationDbContext((DbContextOptions<ConversationDbContext>)
            new DbContextOptionsBuilder<ConversationDbContext>().UseConversations(source.Primary).Options);
        await context.Database.MigrateAsync(cancellationToken);
    }

    /// <summary>The same database as the role of a service, without its login.</summary>
    public static string As(string connectionString, string role) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Options = $"-c role={role}", NoResetOnClose = true }.ConnectionString;
}
