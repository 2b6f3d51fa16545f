using ConversationData.Connections;
using Microsoft.AspNetCore.Diagnostics;
using Npgsql;

namespace ConversationApi.Problems;

internal static class ProblemExtensions
{
    public static IHostApplicationBuilder AddProblems(this IHostApplicationBuilder builder)
    {
        builder.Services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
        {
            if (context.ProblemDetails.Type?.StartsWith("urn:", StringComparison.Ordinal) != true)
                context.ProblemDetails.Type = Problem.TypeOf(context.ProblemDetails.Status);
            if (context.ProblemDetails.Status == StatusCodes.Status503ServiceUnavailable)
                context.HttpContext.Response.Headers.RetryAfter = "2";
        });
        builder.Services.AddExceptionHandler<ExceptionProblems>();
        return builder;
    }

    /// <summary>Exceptions that have a meaning for the client; the others are answered by 500 and logged.</summary>
    private sealed class ExceptionProblems(IProblemDetailsService problems) : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
        {
            var details = exception switch
            {
                BadHttpRequestException bad => new() { Status = bad.StatusCode, Title = "The request is not valid", Detail = bad.Message },
                CommitInDoubtException => Problem.Details(ProblemTypes.CommitInDoubt, "It is not known whether this was done. Send the same request again."),
                PostgresException { IsTransient: false } => null,
                NpgsqlException or TimeoutException => Problem.Details(ProblemTypes.DatabaseUnavailable, "The database cannot be reached. Try again later."),
                _ => null,
            };
            if (details is null)
                return false;
            httpContext.Response.StatusCode = details.Status!.Value;
            return await problems.TryWriteAsync(new() { HttpContext = httpContext, ProblemDetails = details, Exception = exception });
        }
    }
}
