using Microsoft.Extensions.Options;
using Npgsql;

namespace MigrationRunner.Migrating;

/// <summary>One run at a time: an advisory lock of the database, let go when the connection closes, however this process ends.</summary>
internal sealed class MigrationLock(DatabaseWaiter waiter, MigrationCommits commits, IOptions<MigrationOptions> options)
{
    private const long Key = 0x636f6e766d696772;

    /// <summary>A connection that holds the lock for as long as it is open.</summary>
    /// <exception cref="MigrationException">Another run did not end in time.</exception>
    public async Task<NpgsqlConnection> AcquireAsync(CancellationToken cancellationToken)
    {
        var connection = await waiter.OpenAsync(cancellationToken);
        commits.Watch(connection);
        try
        {
            await using var command = new NpgsqlCommand("SELECT set_config('lock_timeout', $1, false); ", connection);
            command.Parameters.Add(new() { Value = $"{(long)options.Value.WaitForOtherRun.TotalMilliseconds}ms" });
            await command.ExecuteNonQueryAsync(cancellationToken);
            await using var take = new NpgsqlCommand($"SELECT pg_advisory_lock({Key})", connection);
            await take.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            await connection.DisposeAsync();
            throw new MigrationException($"Another migration is running and did not end within {options.Value.WaitForOtherRun}. Wait for it, or look for application_name 'MigrationRunner' in pg_stat_activity.", e);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
