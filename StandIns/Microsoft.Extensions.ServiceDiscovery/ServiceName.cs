namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>What a logical address asks for: <c>https+http://_endpoint.name</c>.</summary>
internal sealed record ServiceName(string Name, string? Endpoint, IReadOnlyList<string> Schemes)
{
    public static ServiceName Parse(Uri address)
    {
        var schemes = address.Scheme.Split('+');
        var host = address.Host;
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        return host.StartsWith('_') && dot > 1
            ? new ServiceName(host[(dot + 1)..], host[1..dot], schemes)
            : new ServiceName(host, null, schemes);
    }
}
