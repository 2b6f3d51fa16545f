namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>Where in the configuration the services stand.</summary>
public sealed class ConfigurationServiceEndpointProviderOptions
{
    public string SectionName { get; set; } = "Services";
}
