using MaintenanceWorker.Monitoring.Instruments;
using MaintenanceWorker.Monitoring.Servers;
using MaintenanceWorker.Monitoring.Sql;

namespace MaintenanceWorker.Monitoring.Collecting;

/// <summary>Turns rows into numbers of metrics: bounds the series, lets no counter go back, keeps the last number of what could not be measured.</summary>
internal sealed class SampleMaker(DatabaseServer server, MonitoringOptions options)
{
    // What is looked at most seldom must not be forgotten between two looks.
    private readonly TimeSpan _memory = 3 * Pace.LongestOf(options);
    private readonly CounterTotals _totals = new();
    private readonly Dictionary<string, (double Value, DateTimeOffset Seen)> _last = [];

    public Dictionary<MetricDefinition, List<Sample>> Make(StatisticsQuery query, List<StatisticsRow> rows, DateTimeOffset now)
    {
        var samples = query.Measures.Select(measure => measure.Metric).Distinct().ToDictionary(metric => metric, _ => new List<Sample>());
        var limit = LimitOf(query.Limit, options);
        if (rows.Count > limit)
            rows.Sort(Largest);
        foreach (var row in rows.Take(limit))
        {
            for (var i = 0; i < query.Measures.Count; i++)
            {
                var key = KeyOf(query, row.Labels, i);
                if (Told(query, i, key, row.Values[i], now) is { } value)
                    samples[query.Measures[i].Metric].Add(new(key, value.Total, Tags(query, row.Labels, query.Measures[i])));
            }
        }

        if (rows.Count > limit)
            AddOthers(query, rows[limit..], samples, now);
        Forget(now - _memory);
        return samples;
    }

    /// <summary>How many series of their own rows may have.</summary>
    public static int LimitOf(SeriesLimit limit, MonitoringOptions options) => limit switch
    {
        SeriesLimit.Tables => options.MaxTables,
        SeriesLimit.Indexes => options.MaxIndexes,
        SeriesLimit.Statements => options.MaxStatements,
        SeriesLimit.Others => options.MaxOthers,
        _ => int.MaxValue,
    };

    private void AddOthers(StatisticsQuery query, List<StatisticsRow> rows, Dictionary<MetricDefinition, List<Sample>> samples, DateTimeOffset now)
    {
        // What is beyond the limit is summed below its database.
        var labels = query.Labels.Select((label, i) => label == AttributeNames.Namespace && i == 0 && query.Labels.Count > 1 ? rows[0].Labels[0].Split('|')[0] : AttributeNames.Other).ToArray();
        for (var i = 0; i < query.Measures.Count; i++)
        {
            var told = rows.Select(row => Told(query, i, KeyOf(query, row.Labels, i), row.Values[i], now)).OfType<(double Total, double Growth)>().ToList();
            if (told.Count == 0)
                continue;
            var key = KeyOf(query, labels, i);
            var value = query.Measures[i].Metric.Kind == MetricKind.Counter ? _totals.Add(key, told.Sum(each => each.Growth), now) : told.Sum(each => each.Total);
            samples[query.Measures[i].Metric].Add(new(key, value, Tags(query, labels, query.Measures[i])));
        }
    }

    private (double Total, double Growth)? Told(StatisticsQuery query, int measure, string key, double? raw, DateTimeOffset now)
    {
        if (query.Measures[measure].Metric.Kind == MetricKind.Counter)
            return raw is null ? null : _totals.Advance(key, raw.Value, query.Measures[measure].ShrinksByReset, now);
        if (query.NullKeepsLast && raw is null && _last.TryGetValue(key, out var last))
            raw = last.Value;
        if (query.NullKeepsLast && raw is not null)
            _last[key] = (raw.Value, now);
        return raw is null ? null : (raw.Value, 0);
    }

    private void Forget(DateTimeOffset since)
    {
        _totals.Forget(since);
        foreach (var (key, _) in _last.Where(entry => entry.Value.Seen < since).ToArray())
            _last.Remove(key);
    }

    private static string KeyOf(StatisticsQuery query, string[] labels, int measure) => $"{query.Measures[measure].Metric.Name}\n{query.Measures[measure].Value}\n{string.Join('\n', labels)}";

    private KeyValuePair<string, object?>[] Tags(StatisticsQuery query, string[] labels, Measure measure) =>
    [
        .. query.Audience == Audience.Cluster ? [] : ServerTags(server.Host, server.Port),
        .. labels.Select((label, i) => KeyValuePair.Create(query.Labels[i], (object?)label)),
        .. measure.Attribute is null ? [] : new[] { KeyValuePair.Create(measure.Attribute, (object?)measure.Value) },
    ];

    /// <summary>The attributes that say which server a number is of.</summary>
    public static KeyValuePair<string, object?>[] ServerTags(string host, int port) =>
        port == 0 ? [new(AttributeNames.ServerAddress, host)] : [new(AttributeNames.ServerAddress, host), new(AttributeNames.ServerPort, (long)port)];

    private static int Largest(StatisticsRow one, StatisticsRow other)
    {
        var order = other.Rank.CompareTo(one.Rank);
        for (var i = 0; order == 0 && i < one.Labels.Length; i++)
            order = string.CompareOrdinal(one.Labels[i], other.Labels[i]);
        return order;
    }
}
