using System.Globalization;
using ConversationApi.Paging;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using ServiceDefaults.Authentication;
using ServiceDefaults.Problems;

namespace ConversationApi.Conversations;

internal static class ConversationEndpoints
{
    public static IEndpointRouteBuilder MapConversations(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/conversations").RequireScope(AccessScope.Read).WithTags("Conversations");
        group.MapGet("/", ListConversations).WithName("ListConversations").WithSummary("List conversations, a page at a time.");
        group.MapGet("/{id:guid}", GetConversation).WithName("GetConversation")
            .WithSummary("Show a conversation.")
            .WithDescription("Has an ETag. A conversation that was merged redirects (308) to the one that has its messages now.")
            .Produces(StatusCodes.Status304NotModified).Produces(StatusCodes.Status308PermanentRedirect);
        return api;
    }

    private static async Task<Results<PageResult<ConversationView>, ValidationProblem>> ListConversations(
        [AsParameters] ConversationListParameters parameters, ConversationReader conversations, CancellationToken cancellationToken) =>
        parameters.TryRead(out var query, out var problem)
            ? await conversations.ListAsync(query!, cancellationToken)
            : problem!;

    private static async Task<Results<Ok<ConversationDetails>, StatusCodeHttpResult, RedirectHttpResult, ProblemHttpResult>> GetConversation(
        Guid id, HttpContext context, ConversationReader conversations, CancellationToken cancellationToken)
    {
        if (await conversations.FindAsync(id, cancellationToken) is not { } conversation)
        {
            return await conversations.FindRedirectAsync(id, cancellationToken) is { } now
                ? TypedResults.Redirect($"/api/v1/conversations/{now}", permanent: true, preserveMethod: true)
                : Problem.Of(ProblemTypes.NotFound, $"There is no conversation {id}.");
        }

        var tag = new EntityTagHeaderValue(string.Create(CultureInfo.InvariantCulture, $"\"{conversation.Version}\""));
        context.Response.Headers.ETag = tag.ToString();
        return Matches(context.Request.Headers.IfNoneMatch, tag) ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : TypedResults.Ok(conversation);
    }

    private static bool Matches(StringValues header, EntityTagHeaderValue tag) =>
        EntityTagHeaderValue.TryParseList(header, out var tags) && tags.Any(t => t == EntityTagHeaderValue.Any || t.Compare(tag, useStrongComparison: false));
}
