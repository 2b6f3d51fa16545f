using System.Globalization;
using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using ServiceDefaults.Authentication;
using ServiceDefaults.Problems;

namespace ConversationApi.RateLimiting;

internal static class RateLimitExtensions
{
    public static IHostApplicationBuilder AddRateLimits(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<RateLimitOptions>().BindConfiguration(RateLimitOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddRateLimiter(_ => { });
        builder.Services.AddOptions<RateLimiterOptions>().Configure<IOptions<RateLimitOptions>>((limiter, options) =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, (RateLimit, string)>(context => Partition(context, options.Value));
            limiter.OnRejected = (rejected, _) => RefuseAsync(rejected, options.Value);
        });
        return builder;
    }

    /// <summary>Counts an endpoint's requests as others than what its method says: a GET reads, and the rest is not limited.</summary>
    public static TBuilder LimitTo<TBuilder>(this TBuilder builder, RateLimit limit)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new LimitedAs(limit));

    private static RateLimitPartition<(RateLimit, string)> Partition(HttpContext context, RateLimitOptions options)
    {
        if (LimitOf(context) is { } limit && context.User.FindFirstValue(ClaimTypes.NameIdentifier) is { } key && Most(limit, options) is var most and > 0)
            return RateLimitPartition.GetFixedWindowLimiter((limit, key), _ => new() { PermitLimit = most, Window = options.Window, QueueLimit = 0 });
        return RateLimitPartition.GetNoLimiter((RateLimit.Read, ""));
    }

    private static RateLimit? LimitOf(HttpContext context)
    {
        var metadata = context.GetEndpoint()?.Metadata;
        return metadata?.GetMetadata<LimitedAs>()?.Limit
            ?? (HttpMethods.IsGet(context.Request.Method) && metadata?.GetMetadata<RequiredScope>() is not null ? RateLimit.Read : null);
    }

    private static int Most(RateLimit limit, RateLimitOptions options) => limit switch
    {
        RateLimit.Read => options.Read,
        RateLimit.Regenerate => options.Regenerate,
        _ => options.Send,
    };

    private static async ValueTask RefuseAsync(OnRejectedContext rejected, RateLimitOptions options)
    {
        var after = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : options.Window;
        var seconds = Math.Max(1, (int)Math.Ceiling(after.TotalSeconds));
        rejected.HttpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        await Problem.Of(RateLimitProblems.RateLimited, string.Create(CultureInfo.InvariantCulture,
            $"This key has made as many requests of this kind as it may within {options.Window.TotalSeconds:0} s. Try again in {seconds} s.")).ExecuteAsync(rejected.HttpContext);
    }

    private sealed record LimitedAs(RateLimit Limit);
}
