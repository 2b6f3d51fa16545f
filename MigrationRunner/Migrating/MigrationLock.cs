using Microsoft.Extensions.Options;
using Npgsql;

namespace MigrationRunner.Migrating;

/// <summary>One run at a time: an advisory lock of the database, let go when the connection closes, however this process ends.</summary>
internal sealed class MigrationLock(DatabaseWaiter waiter, MigrationCommits commits, IOptions<MigrationOptions> options, TimeProvider time)
{
    private const long Key = 0x636f6e766d696772;

    // Asked for again and again: a statement that waits holds a snapshot, and indexes built concurrently by the run that has the lock wait for that.
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);

    /// <summary>A connection that holds the lock for as long as it is open.</summary>
    /// <exception cref="MigrationException">Another run did not end in time.</exception>
    public async Task<NpgsqlConnection> AcquireAsync(CancellationToken cancellationToken)
    {
        var connection = await waiter.OpenAsync(cancellationToken);
        commits.Watch(connection);
        try
        {
            await using var take = new NpgsqlCommand($"SELECT pg_try_advisory_lock({Key})", connection);
            for (var began = time.GetTimestamp(); !(bool)(await take.ExecuteScalarAsync(cancellationToken))!;)
            {
                if (time.GetElapsedTime(began) >= options.Value.WaitForOtherRun)
                    throw new MigrationException($"Another migration is running and did not end within {options.Value.WaitForOtherRun}. Wait for it, or look for application_name 'MigrationRunner' in pg_stat_activity.");
                await Task.Delay(_pause, time, cancellationToken);
            }

            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
