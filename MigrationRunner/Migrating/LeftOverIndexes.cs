using Npgsql;

namespace MigrationRunner.Migrating;

/// <summary>An index that was being built concurrently when its builder died stays behind, invalid and in the way: the next run drops it.</summary>
internal sealed partial class LeftOverIndexes(MigrationConnections connections, MigrationCommits commits, ILogger<LeftOverIndexes> logger)
{
    public async Task DropAsync(CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        commits.Watch(connection);
        await LocalCommits.BeginAsync(connection, cancellationToken);
        foreach (var index in await FindAsync(connection, cancellationToken))
        {
            LogDropping(index);
            await using var drop = new NpgsqlCommand($"DROP INDEX CONCURRENTLY IF EXISTS {index}", connection);
            await drop.ExecuteNonQueryAsync(cancellationToken);
        }

        await LocalCommits.EndAsync(connection, cancellationToken);
    }

    private static async Task<List<string>> FindAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            SELECT format('%I.%I', n.nspname, c.relname)
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE NOT i.indisvalid AND c.relkind = 'i' AND n.nspname IN ('public', 'ops', 'history')
              AND pg_has_role(current_user, c.relowner, 'USAGE')
              -- Of another role's sessions the view tells only the process; whatever builds an index has a lock on its table, which everybody can see.
              AND NOT EXISTS (SELECT 1 FROM pg_stat_progress_create_index p JOIN pg_locks l ON l.pid = p.pid
                              WHERE l.locktype = 'relation' AND l.relation = i.indrelid AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))
            """, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var names = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
            names.Add(reader.GetString(0));
        return names;
    }

    [LoggerMessage(LogLevel.Warning, "Dropping {Index}: it was left behind, invalid, by a build that did not end")]
    private partial void LogDropping(string index);
}
