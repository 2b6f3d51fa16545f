using System.Data.Common;
using ConversationData.Connections;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace MigrationRunner.Migrating;

/// <summary>
/// What a migration does outside of a transaction waits for no standby: whoever is stopped would only end that wait, and leave to all what a
/// failover takes back. The commit that records the migration comes after it, and is waited for: it carries along what was before.
/// </summary>
internal sealed class LocalCommits(MigrationCommits commits) : DbCommandInterceptor
{
    /// <summary>Lets a session wait for no standby.</summary>
    public static Task BeginAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => RunAsync(connection, "SET synchronous_commit = local", cancellationToken);

    /// <summary>Lets it wait again as the server wants it.</summary>
    public static Task EndAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => RunAsync(connection, "RESET synchronous_commit", cancellationToken);

    /// <inheritdoc />
    public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (!IsAlone(command, eventData))
            return result;
        var connection = (NpgsqlConnection)command.Connection!;
        if (IsConcurrent(command))
        {
            await BeginAsync(connection, cancellationToken);
            return result;
        }

        // EF Core records a migration of such a statement outside of a transaction as well.
        return InterceptionResult<int>.SuppressWithResult(await WriteAsync(connection, command, cancellationToken));
    }

    /// <inheritdoc />
    public override async ValueTask<int> NonQueryExecutedAsync(DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        // After one that failed nothing is written any more.
        if (IsAlone(command, eventData) && IsConcurrent(command))
            await EndAsync((NpgsqlConnection)command.Connection!, cancellationToken);
        return result;
    }

    private static bool IsAlone(DbCommand command, CommandEventData eventData) => command.Transaction is null && eventData.CommandSource == CommandSource.Migrations;

    private static bool IsConcurrent(DbCommand command) => command.CommandText.Contains(" CONCURRENTLY ", StringComparison.Ordinal);

    private async Task<int> WriteAsync(NpgsqlConnection connection, DbCommand command, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            command.Transaction = transaction;
            var rows = await command.ExecuteNonQueryAsync(cancellationToken);
            await commits.CommitAsync(transaction, cancellationToken);
            await transaction.DisposeAsync();
            return rows;
        }
        catch (Exception e) when (e is not CommitInDoubtException)
        {
            await transaction.DisposeAsync();
            throw;
        }
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
