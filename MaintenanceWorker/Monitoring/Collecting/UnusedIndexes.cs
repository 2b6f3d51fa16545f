using System.Collections.Concurrent;
using MaintenanceWorker.Monitoring.Instruments;
using MaintenanceWorker.Monitoring.Sql;

namespace MaintenanceWorker.Monitoring.Collecting;

/// <summary>Puts together what the servers say of their indexes. A server that is away is believed what it said last.</summary>
internal sealed class UnusedIndexes
{
    private readonly ConcurrentDictionary<string, IndexUse> _servers = [];

    /// <summary>The query, for its pace.</summary>
    public static readonly StatisticsQuery Query = new("use of indexes", TableQueries.IndexUse) { IsSlow = true };

    /// <summary>Takes one server's word.</summary>
    /// <returns>How many indexes nobody uses; null while no primary is known.</returns>
    public Reading? Take(string server, IndexUse use, DateTimeOffset validUntil)
    {
        // Whoever leads now is the only one.
        if (use.IsPrimary)
            foreach (var (other, said) in _servers.Where(each => each.Value.IsPrimary))
                _servers[other] = said with { IsPrimary = false };
        _servers[server] = use;
        return IndexUse.UnusedIn([.. _servers.Values]) is { } unused
            ? new(new Dictionary<MetricDefinition, List<Sample>> { [PlatformMetrics.UnusedIndexes] = [new(PlatformMetrics.UnusedIndexes.Name, unused.Count, [])] }, validUntil)
            : null;
    }
}
