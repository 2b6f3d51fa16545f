namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>Which schemes a service may be reached by.</summary>
public sealed class ServiceDiscoveryOptions
{
    public bool AllowAllSchemes { get; set; } = true;

    public IList<string> AllowedSchemes { get; set; } = [];

    public IReadOnlyList<string> ApplyAllowedSchemes(IReadOnlyList<string> requestedSchemes)
    {
        ArgumentNullException.ThrowIfNull(requestedSchemes);
        if (AllowAllSchemes)
            return requestedSchemes;

        return requestedSchemes.Count == 0
            ? [.. AllowedSchemes]
            : [.. requestedSchemes.Where(scheme => AllowedSchemes.Contains(scheme, StringComparer.OrdinalIgnoreCase))];
    }
}
