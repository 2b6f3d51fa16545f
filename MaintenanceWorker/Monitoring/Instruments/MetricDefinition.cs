namespace MaintenanceWorker.Monitoring.Instruments;

/// <summary>What a metric's numbers may do.</summary>
internal enum MetricKind
{
    /// <summary>Only grows.</summary>
    Counter,

    /// <summary>A sum that may shrink.</summary>
    UpDownCounter,

    /// <summary>A value that means nothing when it is summed.</summary>
    Gauge,
}

/// <summary>A metric.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What its numbers may do.</param>
/// <param name="Unit">Its unit, as in UCUM.</param>
/// <param name="Description">What it says.</param>
/// <param name="IsFractional">Whether its numbers have fractions.</param>
internal sealed record MetricDefinition(string Name, MetricKind Kind, string Unit, string Description, bool IsFractional = false);
