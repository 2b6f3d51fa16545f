namespace TelemetryForTests;

/// <summary>A number of a metric as it was exported.</summary>
/// <param name="Metric">The metric's name.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Kind">counter (a sum that only grows), updowncounter (another sum) or gauge.</param>
/// <param name="Value">The number.</param>
/// <param name="Attributes">The series' attributes, as text.</param>
public sealed record MetricPoint(string Metric, string Unit, string Kind, double Value, IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>Whether every one of the attributes is there.</summary>
    public bool Has(params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        foreach (var (name, value) in attributes)
            if (Attributes.GetValueOrDefault(name) != value)
                return false;
        return true;
    }

    public override string ToString() => $"{Metric}{{{string.Join(", ", Attributes.Select(attribute => $"{attribute.Key}={attribute.Value}"))}}} = {Value}";
}
