namespace MaintenanceWorker.Monitoring.Collecting;

/// <summary>
/// Counters as they are told: a server's own begin again when its statistics are reset or lost and when an entry was forgotten,
/// these never go back. The first number of a series is taken as it is.
/// </summary>
internal sealed class CounterTotals
{
    private readonly Dictionary<string, Entry> _entries = [];

    /// <summary>Takes a server's number.</summary>
    /// <param name="key">The series.</param>
    /// <param name="raw">The server's number.</param>
    /// <param name="shrinksByReset">Whether a smaller number than the last means that the server began again at zero.</param>
    /// <param name="now">When it was read.</param>
    /// <returns>The total so far, and what came to it now.</returns>
    public (double Total, double Growth) Advance(string key, double raw, bool shrinksByReset, DateTimeOffset now)
    {
        var before = _entries.GetValueOrDefault(key);
        var growth = raw >= before.Raw ? raw - before.Raw : shrinksByReset ? raw : 0;
        _entries[key] = new(raw, before.Total + growth, now);
        return (before.Total + growth, growth);
    }

    /// <summary>Adds to a series that is a sum of others' growth.</summary>
    public double Add(string key, double growth, DateTimeOffset now)
    {
        var total = _entries.GetValueOrDefault(key).Total + growth;
        _entries[key] = new(0, total, now);
        return total;
    }

    /// <summary>Forgets series that were not seen since <paramref name="since"/>.</summary>
    public void Forget(DateTimeOffset since)
    {
        foreach (var (key, _) in _entries.Where(entry => entry.Value.Seen < since).ToArray())
            _entries.Remove(key);
    }

    private readonly record struct Entry(double Raw, double Total, DateTimeOffset Seen);
}
