namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>Sends a request for a logical name to one of the service's endpoints.</summary>
internal sealed class ResolvingHandler(EndpointSelector selector) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var logical = request.RequestUri ?? throw new InvalidOperationException("The request has no address.");
        request.RequestUri = selector.Resolve(logical);
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        finally
        {
            // A retry outside of this handler resolves again.
            request.RequestUri = logical;
        }
    }
}
