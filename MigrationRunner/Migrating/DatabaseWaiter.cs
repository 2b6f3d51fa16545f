using Microsoft.Extensions.Options;
using Npgsql;

namespace MigrationRunner.Migrating;

/// <summary>Waits until the database answers: a compose file cannot, and a failover may just be going on.</summary>
internal sealed partial class DatabaseWaiter(MigrationConnections connections, IOptions<MigrationOptions> options, TimeProvider time, ILogger<DatabaseWaiter> logger)
{
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(2);

    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var pause = TimeSpan.FromMilliseconds(100);
        while (true)
        {
            try
            {
                return await connections.Login.OpenConnectionAsync(cancellationToken);
            }
            catch (Exception e) when (MayPass(e))
            {
                if (time.GetElapsedTime(started) + pause > options.Value.WaitForDatabase)
                    throw new MigrationException($"The database did not answer within {options.Value.WaitForDatabase}: {Reason(e)}. Is it running, and is the address right?", e);
                LogWaiting(Reason(e));
            }

            await Task.Delay(pause, time, cancellationToken);
            pause = TimeSpan.FromMilliseconds(Math.Min(pause.TotalMilliseconds * 2, _longestPause.TotalMilliseconds));
        }
    }

    /// <summary>A wrong password does not get right by waiting; a missing database may be about to be made.</summary>
    private static bool MayPass(Exception e) => e switch
    {
        PostgresException p => p.SqlState.StartsWith("57P", StringComparison.Ordinal) || p.SqlState.StartsWith("53", StringComparison.Ordinal)
            || p.SqlState == PostgresErrorCodes.InvalidCatalogName,
        NpgsqlException { InnerException: AggregateException hosts } => hosts.InnerExceptions.All(MayPass),
        NpgsqlException or TimeoutException => true,
        _ => false,
    };

    private static string Reason(Exception e) =>
        e is NpgsqlException { InnerException: AggregateException hosts } ? string.Join("; ", hosts.InnerExceptions.Select(Reason).Distinct())
        : e is NpgsqlException and not PostgresException && e.InnerException is { } inner ? inner.Message
        : e.Message;

    [LoggerMessage(LogLevel.Information, "Waiting for the database: {Reason}")]
    private partial void LogWaiting(string reason);
}
