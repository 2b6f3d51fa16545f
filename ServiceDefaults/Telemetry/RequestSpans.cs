using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace ServiceDefaults.Telemetry;

/// <summary>
/// Completes ASP.NET Core's own span of a request, which is not named after its route and does not know how it ended;
/// names are those of OpenTelemetry's semantic conventions for HTTP.
/// </summary>
internal sealed class RequestSpans : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(Complete);
        next(app);
    };

    private static async Task Complete(HttpContext context, RequestDelegate next)
    {
        var activity = context.Features.Get<IHttpActivityFeature>()?.Activity;
        try
        {
            await next(context);
            Describe(activity, context, context.Response.StatusCode);
        }
        catch (Exception exception)
        {
            // The server turns this into 500 further out.
            activity?.AddException(exception).SetTag("error.type", exception.GetType().FullName);
            Describe(activity, context, StatusCodes.Status500InternalServerError);
            throw;
        }
    }

    private static void Describe(Activity? activity, HttpContext context, int status)
    {
        if (activity is not { IsAllDataRequested: true })
            return;

        activity.SetTag("http.response.status_code", status);
        if (status >= StatusCodes.Status500InternalServerError)
        {
            activity.SetStatus(ActivityStatusCode.Error);
            if (activity.GetTagItem("error.type") is null)
                activity.SetTag("error.type", status.ToString(CultureInfo.InvariantCulture));
        }

        activity.DisplayName = context.Request.Method;
        if ((context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText is { } route)
        {
            activity.SetTag("http.route", route);
            activity.DisplayName = $"{context.Request.Method} {route}";
        }
    }
}
