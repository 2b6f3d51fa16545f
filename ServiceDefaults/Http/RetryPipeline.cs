using System.Net;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace ServiceDefaults.Http;

/// <summary>Exponential back-off with jitter around attempts that are limited in time; Retry-After is honoured.</summary>
internal sealed class RetryPipeline
{
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;

    public RetryPipeline(IOptions<HttpClientDefaultsOptions> options, TimeProvider time)
    {
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time };
        if (options.Value.Retries > 0)
            builder.AddRetry(Retry(options.Value.Retries, time));

        _pipeline = builder.AddTimeout(options.Value.AttemptTimeout).Build();
    }

    public ValueTask<HttpResponseMessage> ExecuteAsync(
        Func<CancellationToken, ValueTask<HttpResponseMessage>> attempt, CancellationToken cancellationToken)
        => _pipeline.ExecuteAsync(attempt, cancellationToken);

    private static RetryStrategyOptions<HttpResponseMessage> Retry(int retries, TimeProvider time) => new()
    {
        MaxRetryAttempts = retries,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = TimeSpan.FromMilliseconds(200),
        MaxDelay = TimeSpan.FromSeconds(5),
        ShouldHandle = new PredicateBuilder<HttpResponseMessage>()
            .Handle<HttpRequestException>().Handle<TimeoutRejectedException>().HandleResult(response => IsPassing(response.StatusCode)),
        DelayGenerator = failed => ValueTask.FromResult(RetryAfter(failed.Outcome.Result, time)),
        OnRetry = failed =>
        {
            failed.Outcome.Result?.Dispose();
            return ValueTask.CompletedTask;
        },
    };

    private static bool IsPassing(HttpStatusCode status) => status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
        or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private static TimeSpan? RetryAfter(HttpResponseMessage? response, TimeProvider time)
    {
        var asked = response?.Headers.RetryAfter;
        var delay = asked?.Delta ?? asked?.Date - time.GetUtcNow();
        return delay > TimeSpan.Zero ? delay : null;
    }
}
