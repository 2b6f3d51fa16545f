using System.Collections.Concurrent;
using MaintenanceWorker.Monitoring.Instruments;

namespace MaintenanceWorker.Monitoring.Collecting;

/// <summary>The last readings of every server, which instruments read and which grow stale when they are not renewed.</summary>
internal sealed class Board(TimeProvider time)
{
    private readonly ConcurrentDictionary<(string Source, string Query), Reading> _readings = [];

    /// <summary>The source of what belongs to the cluster and not to a server.</summary>
    public const string Cluster = "";

    public void Put(string source, string query, Reading reading) => _readings[(source, query)] = reading;

    public void Remove(string source, string query) => _readings.TryRemove((source, query), out _);

    public void Clear() => _readings.Clear();

    /// <summary>The numbers of a metric that are not stale.</summary>
    public IEnumerable<Sample> Of(MetricDefinition metric)
    {
        var now = time.GetUtcNow();
        return _readings.Values.Where(reading => reading.ValidUntil > now).SelectMany(reading => reading.Samples.TryGetValue(metric, out var samples) ? samples : []);
    }
}
