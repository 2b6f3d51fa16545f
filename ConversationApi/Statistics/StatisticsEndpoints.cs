using Microsoft.AspNetCore.Http.HttpResults;
using ServiceDefaults.Authentication;

namespace ConversationApi.Statistics;

internal static class StatisticsEndpoints
{
    public static IHostApplicationBuilder AddStatistics(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<StatisticsOptions>().BindConfiguration(StatisticsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<StatisticsReader>();
        return builder;
    }

    public static IEndpointRouteBuilder MapStatistics(this IEndpointRouteBuilder api)
    {
        api.MapGet("/stats", GetStatistics).RequireScope(AccessScope.Read).WithTags("Statistics")
            .WithName("GetStatistics").WithSummary("Show what happened in the last seven days, and how things stand.")
            .WithDescription("Measured when it is asked for, at most every few seconds: asOf says when.");
        return api;
    }

    private static async Task<Ok<StatisticsView>> GetStatistics(StatisticsReader statistics, CancellationToken cancellationToken) =>
        TypedResults.Ok(await statistics.ReadAsync(cancellationToken));
}
