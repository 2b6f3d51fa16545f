using System.Diagnostics.Metrics;
using MaintenanceWorker.Monitoring.Collecting;
using MaintenanceWorker.Monitoring.Servers;
using Microsoft.Extensions.Options;
using ServiceDefaults;

namespace MaintenanceWorker.Monitoring.Instruments;

/// <summary>
/// The meter, whose instruments read the board. OpenTelemetry's SDK never gives back the room of a series that ended, so the meter
/// is made anew when tables, statements and locks that came and went have used most of it.
/// </summary>
internal sealed class MetricPublisher(Board board, DatabaseServers servers, ServiceIdentity identity, IOptions<MonitoringOptions> options) : IHostedService, IDisposable
{
    private readonly IReadOnlyDictionary<string, int> _budget = SeriesBudget.For(options.Value, servers.All.Count);
    private readonly Lock _lock = new();
    private Dictionary<string, HashSet<string>> _seen = [];
    private Meter? _meter;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _meter = Make();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _meter?.Dispose();

    /// <summary>Makes the meter anew when one of its metrics is about to run out of room.</summary>
    public void RenewWhenWorn()
    {
        lock (_lock)
        {
            if (!_seen.Any(metric => metric.Value.Count > _budget[metric.Key] * 2 / 3))
                return;
            _seen = [];
        }

        _meter?.Dispose();
        _meter = Make();
    }

    private Meter Make()
    {
        var meter = new Meter(Metrics.MeterName, identity.Version);
        foreach (var metric in Metrics.All)
            Add(meter, metric);
        return meter;
    }

    private void Add(Meter meter, MetricDefinition metric)
    {
        if (metric.IsFractional)
            Add(meter, metric, value => value);
        else
            Add(meter, metric, value => (long)value);
    }

    private void Add<T>(Meter meter, MetricDefinition metric, Func<double, T> convert) where T : struct
    {
        IEnumerable<Measurement<T>> Observe() => Tell(metric).Select(sample => new Measurement<T>(convert(sample.Value), sample.Tags));
        switch (metric.Kind)
        {
            case MetricKind.Counter: meter.CreateObservableCounter(metric.Name, Observe, metric.Unit, metric.Description); break;
            case MetricKind.UpDownCounter: meter.CreateObservableUpDownCounter(metric.Name, Observe, metric.Unit, metric.Description); break;
            default: meter.CreateObservableGauge(metric.Name, Observe, metric.Unit, metric.Description); break;
        }
    }

    private List<Sample> Tell(MetricDefinition metric)
    {
        var samples = board.Of(metric).ToList();
        lock (_lock)
        {
            if (!_seen.TryGetValue(metric.Name, out var seen))
                _seen[metric.Name] = seen = [];
            foreach (var sample in samples)
                seen.Add($"{sample.Key}\n{(sample.Tags.Length > 1 ? sample.Tags[0].Value : "")}\n{(sample.Tags.Length > 1 ? sample.Tags[1].Value : "")}");
        }

        return samples;
    }
}
