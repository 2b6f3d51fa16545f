using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>Reads a service's addresses from <c>Services:name:endpoint:index</c>, afresh each time.</summary>
internal sealed class ConfiguredEndpoints(
    IConfiguration configuration, IOptions<ConfigurationServiceEndpointProviderOptions> location, IOptions<ServiceDiscoveryOptions> options)
{
    public IReadOnlyList<Uri> Find(ServiceName service)
    {
        var section = configuration.GetSection(location.Value.SectionName).GetSection(service.Name);
        var schemes = options.Value.ApplyAllowedSchemes(service.Schemes);
        if (schemes.Count == 0)
            throw new InvalidOperationException($"None of the schemes asked for ({string.Join(", ", service.Schemes)}) is allowed for service '{service.Name}'.");

        if (service.Endpoint is { } endpoint)
            return Read(section.GetSection(endpoint), schemes);

        // Without an endpoint's name the schemes are the names, in the order of preference; the first that is configured wins.
        return schemes.Select(scheme => Read(section.GetSection(scheme), schemes)).FirstOrDefault(found => found.Count > 0)
            ?? Read(section, schemes);
    }

    private static List<Uri> Read(IConfigurationSection section, IReadOnlyList<string> schemes)
    {
        IEnumerable<string?> values = section.Value is { } single ? [single] : section.GetChildren().Select(child => child.Value);
        return [.. values.Where(value => !string.IsNullOrWhiteSpace(value)).Select(value => ToUri(value!, schemes[0], section.Path))
            .Where(uri => schemes.Contains(uri.Scheme, StringComparer.OrdinalIgnoreCase))];
    }

    private static Uri ToUri(string value, string scheme, string path)
    {
        var text = value.Contains("://", StringComparison.Ordinal) ? value : $"{scheme}://{value}";
        return Uri.TryCreate(text, UriKind.Absolute, out var uri)
            ? uri
            : throw new InvalidOperationException($"'{value}' at '{path}' is no address of a service; write scheme://host:port or host:port.");
    }
}
