using System.ComponentModel;
using ConversationApi.Conversations;
using ConversationApi.Paging;
using ConversationApi.Search.Answers;
using Microsoft.AspNetCore.Http.HttpResults;
using ServiceDefaults.Authentication;
using ServiceDefaults.Problems;

namespace ConversationApi.Search;

internal static class SearchEndpoints
{
    private const int UsualSimilar = 5;

    public static IEndpointRouteBuilder MapSearch(this IEndpointRouteBuilder api)
    {
        api.MapGet("/search", Search).RequireScope(AccessScope.Read).WithTags("Search")
            .WithName("SearchMessages").WithSummary("Search messages by words, by meaning, or by both.")
            .WithDescription("The best messages first, a page at a time; depth says how many there are at most over all pages. Where search by meaning is not possible, words are used, and mode and reason say so.");
        api.MapGet("/conversations/{id:guid}/similar", ListSimilar).RequireScope(AccessScope.Read).WithTags("Search")
            .WithName("ListSimilarConversations").WithSummary("List conversations that are like this one, the most alike first.")
            .Produces(StatusCodes.Status308PermanentRedirect);
        return api;
    }

    private static async Task<Results<Ok<SearchAnswer>, ValidationProblem>> Search([AsParameters] SearchParameters parameters, MessageSearcher searcher, CancellationToken cancellationToken) =>
        !parameters.TryRead(out var query, out var problem) ? problem!
        : await searcher.SearchAsync(query!, cancellationToken) is { } answer ? TypedResults.Ok(answer)
        : Problem.Invalid("cursor", "Not a cursor of this search as it is now. Send nextCursor of its page before, with the same question and filters; or none, to begin again.");

    private static async Task<Results<Ok<SimilarAnswer>, RedirectHttpResult, ValidationProblem, ProblemHttpResult>> ListSimilar(
        Guid id, [Description("1 to 100; 5 without it.")] string? limit, SimilarConversations similar, ConversationReader conversations, CancellationToken cancellationToken)
    {
        if (!PageLimit.TryRead(limit, out var most, UsualSimilar))
            return Problem.Invalid("limit", PageLimit.Message);
        if (await conversations.FindAsync(id, cancellationToken) is not null)
            return TypedResults.Ok(new SimilarAnswer(await similar.FindAsync(id, most, cancellationToken)));
        return await conversations.FindRedirectAsync(id, cancellationToken) is { } now
            ? TypedResults.Redirect($"/api/v1/conversations/{now}/similar", permanent: true, preserveMethod: true)
            : Problem.Of(ProblemTypes.NotFound, $"There is no conversation {id}.");
    }
}
