using MaintenanceWorker.Monitoring.Instruments;
using MaintenanceWorker.Monitoring.Servers;

namespace MaintenanceWorker.Monitoring.Collecting;

/// <summary>What collecting says of itself.</summary>
internal sealed class OwnNumbers(DatabaseServer server)
{
    private readonly Dictionary<(string Group, string Error), long> _failures = [];
    private long _collections;

    public void Failed(string group, ServerFault fault) => _failures[(group, fault.Type)] = _failures.GetValueOrDefault((group, fault.Type)) + 1;

    /// <param name="role">primary or standby; null while the server lets nobody in.</param>
    /// <param name="took">How long the collection took.</param>
    /// <param name="validUntil">When this is too old to be told.</param>
    public Reading Tell(string? role, TimeSpan took, DateTimeOffset validUntil)
    {
        var samples = new Dictionary<MetricDefinition, List<Sample>>
        {
            [PlatformMetrics.Up] = [Sample(PlatformMetrics.Up, role is null ? 0 : 1)],
            [PlatformMetrics.CollectionDuration] = [Sample(PlatformMetrics.CollectionDuration, took.TotalSeconds)],
            [PlatformMetrics.Role] = role is null ? [] : [Sample(PlatformMetrics.Role, 1, (AttributeNames.Role, role))],
            [PlatformMetrics.CollectionFailures] =
                [.. _failures.Select(failure => Sample(PlatformMetrics.CollectionFailures, failure.Value, (AttributeNames.Group, failure.Key.Group), (AttributeNames.ErrorType, failure.Key.Error)))],
        };
        // Told last: whoever sees it sees what was collected with it.
        samples[PlatformMetrics.Collections] = [Sample(PlatformMetrics.Collections, role is null ? _collections : ++_collections)];
        return new(samples, validUntil);
    }

    private Sample Sample(MetricDefinition metric, double value, params (string Name, string Value)[] attributes) => new(
        $"{metric.Name}\n{string.Join('\n', attributes.Select(attribute => attribute.Value))}", value,
        [.. SampleMaker.ServerTags(server.Host, server.Port), .. attributes.Select(attribute => KeyValuePair.Create(attribute.Name, (object?)attribute.Value))]);
}
