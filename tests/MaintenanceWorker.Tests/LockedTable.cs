using Npgsql;

namespace MaintenanceWorker.Tests;

/// <summary>Holds a table, so that upkeep of it waits.</summary>
internal sealed class LockedTable : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private LockedTable(NpgsqlConnection connection, NpgsqlTransaction transaction) => (_connection, _transaction) = (connection, transaction);

    public static async Task<LockedTable> HoldAsync(NpgsqlDataSource database, string table = "public.conversations") =>
        await HoldAsync(await database.OpenConnectionAsync(), table, "ACCESS EXCLUSIVE");

    public static async Task<LockedTable> HoldAsync(string connectionString, string table, string mode) =>
        await HoldAsync(await WatchedDatabase.OpenAsync(connectionString), table, mode);

    private static async Task<LockedTable> HoldAsync(NpgsqlConnection connection, string table, string mode)
    {
        var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand($"LOCK TABLE {table} IN {mode} MODE", connection, transaction);
        await command.ExecuteNonQueryAsync();
        return new(connection, transaction);
    }

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
