using MaintenanceWorker.Monitoring.Sql;
using Npgsql;

namespace MaintenanceWorker.Monitoring.Collecting;

/// <summary>Which plain indexes a server used. Each counts its own scans: an index is unused when no server used it.</summary>
/// <param name="IsPrimary">Whether the server leads: it knows which indexes there are, and which tables are empty.</param>
/// <param name="Used">Those that it scanned.</param>
/// <param name="Unused">Those that it did not scan, of tables that are not empty.</param>
internal sealed record IndexUse(bool IsPrimary, IReadOnlySet<string> Used, IReadOnlySet<string> Unused)
{
    public static async Task<IndexUse> ReadAsync(NpgsqlConnection connection, bool isPrimary, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(TableQueries.IndexUse, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        HashSet<string> used = [], unused = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.GetInt64(1) > 0)
                used.Add(reader.GetString(0));
            else if (reader.GetInt64(2) > 0)
                unused.Add(reader.GetString(0));
        }

        return new(isPrimary, used, unused);
    }

    /// <summary>The indexes that nobody used; null when no primary is among the servers.</summary>
    public static IReadOnlyCollection<string>? UnusedIn(IReadOnlyCollection<IndexUse> servers) =>
        servers.FirstOrDefault(server => server.IsPrimary) is { } primary
            ? [.. primary.Unused.Where(index => !servers.Any(server => server.Used.Contains(index))).Order(StringComparer.Ordinal)] : null;
}
