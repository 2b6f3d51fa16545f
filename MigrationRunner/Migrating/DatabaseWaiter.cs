using Microsoft.Extensions.Options;
using Npgsql;

namespace MigrationRunner.Migrating;

/// <summary>Waits until the database answers: a compose file cannot, and a failover may just be going on.</summary>
internal sealed partial class DatabaseWaiter(MigrationConnections connections, IOptions<MigrationOptions> options, TimeProvider time, ILogger<DatabaseWaiter> logger)
{
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(2);

    /// <summary>To the node that takes writes.</summary>
    /// <exception cref="MigrationException">There is none in time, or it refuses the login.</exception>
    public Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => OpenAsync(connections.Login, cancellationToken);

    /// <summary>To any node; a replica is good enough.</summary>
    /// <exception cref="MigrationException">There is none in time, or it refuses the login.</exception>
    public Task<NpgsqlConnection> OpenForReadingAsync(CancellationToken cancellationToken) => OpenAsync(connections.LoginForReading, cancellationToken);

    private async Task<NpgsqlConnection> OpenAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var pause = TimeSpan.FromMilliseconds(100);
        string? said = null;
        while (true)
        {
            try
            {
                return await source.OpenConnectionAsync(cancellationToken);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                if (!MayPass(e))
                    throw new MigrationException($"The database refuses this login: {Reason(e)}. Correct ConnectionStrings__conversations or DATABASE_URL.", e);
                var reason = source == connections.Login && await OnlyReplicaAnswersAsync(cancellationToken)
                    ? "only a replica answers, and this needs the server that takes writes. Start it, promote the replica, or name all servers as Host" : Reason(e);
                if (time.GetElapsedTime(started) + pause > options.Value.WaitForDatabase)
                    throw new MigrationException($"The database did not answer within {options.Value.WaitForDatabase}: {reason}. Is it running, and is the address right?", e);
                if (said != reason)
                    LogWaiting(options.Value.WaitForDatabase, said = reason);
            }

            await Task.Delay(pause, time, cancellationToken);
            pause = TimeSpan.FromMilliseconds(Math.Min(pause.TotalMilliseconds * 2, _longestPause.TotalMilliseconds));
        }
    }

    private async Task<bool> OnlyReplicaAnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var command = connections.LoginForReading.CreateCommand("SELECT pg_is_in_recovery()");
            return await command.ExecuteScalarAsync(cancellationToken) is true;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            return false;
        }
    }

    /// <summary>A wrong password does not get right by waiting; a missing database may be about to be made.</summary>
    private static bool MayPass(Exception e) => e switch
    {
        PostgresException p => p.SqlState.StartsWith("57P", StringComparison.Ordinal) || p.SqlState.StartsWith("53", StringComparison.Ordinal)
            || p.SqlState == PostgresErrorCodes.InvalidCatalogName,
        NpgsqlException { InnerException: AggregateException hosts } => hosts.InnerExceptions.All(MayPass),
        _ => true,
    };

    private static string Reason(Exception e) => e switch
    {
        PostgresException p => $"{p.SqlState}: {p.MessageText}",
        NpgsqlException { InnerException: AggregateException hosts } => string.Join("; ", hosts.InnerExceptions.Select(Reason).Distinct()),
        NpgsqlException { InnerException: { } inner } => inner.Message,
        // Npgsql's words for hosts that it has found away a moment ago.
        NpgsqlException => "no server answers",
        _ => e.Message,
    };

    [LoggerMessage(LogLevel.Information, "Waiting for the database, {Longest} at most: {Reason}")]
    private partial void LogWaiting(TimeSpan longest, string reason);
}
