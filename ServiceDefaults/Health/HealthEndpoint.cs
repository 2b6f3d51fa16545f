using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ServiceDefaults.Health;

/// <summary>Answers a probe; probes come every few seconds, so they are kept out of traces and request metrics.</summary>
internal static class HealthEndpoint
{
    public static void MapHealthEndpoint(this IEndpointRouteBuilder endpoints, string path, int? port, SharedReport report)
    {
        Delegate answer = (HttpContext context) => Answer(context, report, port);
        endpoints.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], answer).AllowAnonymous().DisableHttpMetrics().ExcludeFromDescription();
    }

    private static async Task<IResult> Answer(HttpContext context, SharedReport shared, int? port)
    {
        if (port is not null && context.Connection.LocalPort != port)
            return TypedResults.NotFound();

        KeepOutOfTraces(context);
        var report = await shared.AskAsync();
        if (context.RequestAborted.IsCancellationRequested)
            return TypedResults.Empty;

        context.Response.Headers.CacheControl = "no-store";
        var status = report.Status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        return TypedResults.Json(HealthAnswer.Of(report), HealthJson.Default.HealthAnswer, statusCode: status);
    }

    // What the checks do below this span follows its flag.
    private static void KeepOutOfTraces(HttpContext context)
    {
        if (context.Features.Get<IHttpActivityFeature>()?.Activity is not { } activity)
            return;

        activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        activity.IsAllDataRequested = false;
    }
}
