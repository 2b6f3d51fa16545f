using Polly.Timeout;

namespace ServiceDefaults.Http;

/// <summary>Repeats a failed call that does no harm when it arrives twice.</summary>
internal sealed class RetryHandler(RetryPipeline pipeline) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!MayRepeat(request))
            return await base.SendAsync(request, cancellationToken);

        try
        {
            return await pipeline.ExecuteAsync(async attempt => await base.SendAsync(request, attempt), cancellationToken);
        }
        catch (TimeoutRejectedException timeout)
        {
            throw new HttpRequestException(
                $"{request.Method} {request.RequestUri?.GetLeftPart(UriPartial.Authority)} gave no answer within {timeout.Timeout.TotalSeconds:0.###} s, in any attempt.", timeout);
        }
    }

    private static bool MayRepeat(HttpRequestMessage request)
        => request.Content is null && (request.Method == HttpMethod.Get || request.Method == HttpMethod.Head
            || request.Method == HttpMethod.Options || request.Method == HttpMethod.Delete);
}
