using System.Collections.Concurrent;

namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>Takes a service's endpoints in turn.</summary>
internal sealed class EndpointSelector(ConfiguredEndpoints endpoints)
{
    private readonly ConcurrentDictionary<string, Turn> _turns = new(StringComparer.OrdinalIgnoreCase);

    public Uri Resolve(Uri address)
    {
        var service = ServiceName.Parse(address);
        var found = endpoints.Find(service);
        if (found.Count == 0)
            return PassThrough(address, service);

        var turn = _turns.GetOrAdd($"{address.Scheme}://{address.Host}", _ => new Turn());
        var chosen = found[(int)(turn.Next() % (uint)found.Count)];
        return new UriBuilder(address) { Scheme = chosen.Scheme, Host = chosen.Host, Port = chosen.Port }.Uri;
    }

    /// <summary>Nothing is configured for the name, so it is a host's name and DNS knows it.</summary>
    private static Uri PassThrough(Uri address, ServiceName service)
        => service.Schemes.Count == 1 && service.Endpoint is null
            ? address
            : new UriBuilder(address) { Scheme = service.Schemes[0], Host = service.Name }.Uri;

    private sealed class Turn
    {
        private uint _count = uint.MaxValue;

        public uint Next() => Interlocked.Increment(ref _count);
    }
}
