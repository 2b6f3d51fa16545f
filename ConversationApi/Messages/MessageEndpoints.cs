using System.ComponentModel;
using ConversationApi.Conversations;
using ConversationApi.Paging;
using Microsoft.AspNetCore.Http.HttpResults;
using ServiceDefaults.Authentication;
using ServiceDefaults.Problems;

namespace ConversationApi.Messages;

internal static class MessageEndpoints
{
    public static IEndpointRouteBuilder MapMessages(this IEndpointRouteBuilder api)
    {
        api.MapGet("/conversations/{id:guid}/messages", ListMessages).RequireScope(AccessScope.Read).WithTags("Messages")
            .WithName("ListMessages").WithSummary("List the messages of a conversation, oldest first, a page at a time.")
            .WithDescription("A page ends after about 4 MB, with fewer messages than the limit and a nextCursor: only nextCursor says whether there are more. A message is never cut.")
            .Produces(StatusCodes.Status308PermanentRedirect);
        return api;
    }

    private static async Task<Results<PageResult<MessageView>, RedirectHttpResult, ValidationProblem, ProblemHttpResult>> ListMessages(
        Guid id,
        [Description("nextCursor of the page before.")] string? cursor,
        [Description("1 to 100; 50 without it.")] string? limit,
        MessageReader messages, ConversationReader conversations, CancellationToken cancellationToken)
    {
        if (!PageLimit.TryRead(limit, out var size))
            return Problem.Invalid("limit", PageLimit.Message);
        Cursor after = default;
        if (cursor is not null && !Cursor.TryDecode(cursor, MessageReader.ListName(id), Cursor.MostTime, out after))
            return Problem.Invalid("cursor", "Not a cursor of this list. Send nextCursor of its page before, or none, to begin again.");

        var page = await messages.ListAsync(id, cursor is null ? null : after, size, cancellationToken);
        // A conversation without messages is rare, one that is gone is not: only then it is worth another look.
        if (page.Count > 0 || await conversations.FindAsync(id, cancellationToken) is not null)
            return page;
        return await conversations.FindRedirectAsync(id, cancellationToken) is { } now
            ? TypedResults.Redirect($"/api/v1/conversations/{now}/messages", permanent: true, preserveMethod: true)
            : Problem.Of(ProblemTypes.NotFound, $"There is no conversation {id}.");
    }
}
