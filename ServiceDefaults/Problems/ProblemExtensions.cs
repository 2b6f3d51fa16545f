using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ServiceDefaults.Problems;

/// <summary>Errors as problem+json with a stable type.</summary>
public static class ProblemExtensions
{
    /// <summary>Adds them to a service that uses <c>UseExceptionHandler</c> and <c>UseStatusCodePages</c>.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="describe">What an exception means to the client; null for those that mean nothing to it, which are answered by 500 and logged.</param>
    public static IHostApplicationBuilder AddProblems(this IHostApplicationBuilder builder, Func<Exception, ProblemDetails?> describe)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
        {
            if (context.ProblemDetails.Type?.StartsWith("urn:", StringComparison.Ordinal) != true)
                context.ProblemDetails.Type = Problem.TypeOf(context.ProblemDetails.Status).Uri;
            if (context.ProblemDetails.Status == StatusCodes.Status503ServiceUnavailable)
                context.HttpContext.Response.Headers.RetryAfter = "2";
        });
        builder.Services.AddSingleton<IProblemDetailsWriter, ProblemWriter>();
        builder.Services.AddSingleton<IExceptionHandler>(services => new ExceptionProblems(describe, services.GetRequiredService<IProblemDetailsService>()));
        return builder;
    }

    private sealed class ExceptionProblems(Func<Exception, ProblemDetails?> describe, IProblemDetailsService problems) : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
        {
            var details = exception is BadHttpRequestException bad
                ? new() { Status = bad.StatusCode, Title = "The request is not valid", Detail = bad.Message }
                : describe(exception);
            if (details is null)
                return false;
            httpContext.Response.StatusCode = details.Status!.Value;
            return await problems.TryWriteAsync(new() { HttpContext = httpContext, ProblemDetails = details, Exception = exception });
        }
    }
}
