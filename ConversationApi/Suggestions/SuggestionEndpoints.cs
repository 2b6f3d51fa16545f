using System.ComponentModel;
using ConversationApi.Conversations;
using ConversationApi.Conversations.Changes;
using ConversationApi.Idempotency;
using ConversationApi.Paging;
using ConversationApi.RateLimiting;
using ConversationApi.Work;
using ConversationData.Work;
using Microsoft.AspNetCore.Http.HttpResults;
using ServiceDefaults.Authentication;
using ServiceDefaults.Problems;

namespace ConversationApi.Suggestions;

internal static class SuggestionEndpoints
{
    private const int MaxReasonLength = 2000;

    public static IEndpointRouteBuilder MapSuggestions(this IEndpointRouteBuilder api)
    {
        api.MapGet("/conversations/{id:guid}/suggestions", ListSuggestions).RequireScope(AccessScope.Read).WithTags("Suggestions")
            .WithName("ListSuggestions").WithSummary("List the drafted replies of a conversation, newest first, a page at a time.")
            .WithDescription("On the first page givenUp says for which messages no reply could be drafted, and why. Asking for a draft tries again.")
            .Produces(StatusCodes.Status308PermanentRedirect);
        var group = api.MapGroup("").RequireScope(AccessScope.Write).AddEndpointFilter<MergedRedirect>().WithTags("Suggestions")
            .ProducesValidationProblem().ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        group.MapPost("/conversations/{id:guid}/suggestions", RequestSuggestion).LimitTo(RateLimit.Regenerate).WithName("RequestSuggestion").WithSummary("Ask for a draft, or for another one.")
            .WithDescription("""
                It is made in the background: the event suggestion_ready tells when, or failed why there is none. The pending one stays until the new one takes its place; it is rejected then, as replaced.
                Honours Idempotency-Key.
                """)
            .Produces<RequestedSuggestion>(StatusCodes.Status202Accepted).Changes();
        group.MapPost("/suggestions/{id:guid}/approve", ApproveSuggestion).LimitTo(RateLimit.Send).WithName("ApproveSuggestion").WithSummary("Send a draft, as it is or edited.")
            .WithDescription("Exactly one mail is queued, to the lead. Honours Idempotency-Key; without one a second approval is a conflict.")
            .Produces<ApprovedSuggestion>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        group.MapPost("/suggestions/{id:guid}/reject", RejectSuggestion).WithName("RejectSuggestion").WithSummary("Decide against a draft.")
            .WithDescription("Honours Idempotency-Key.")
            .Produces<SuggestionView>().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        return api;
    }

    private static async Task<Results<Ok<SuggestionPage>, RedirectHttpResult, ValidationProblem, ProblemHttpResult>> ListSuggestions(
        Guid id,
        [Description("nextCursor of the page before.")] string? cursor,
        [Description("1 to 100; 50 without it.")] string? limit,
        SuggestionReader suggestions, ConversationReader conversations, CancellationToken cancellationToken)
    {
        if (!PageLimit.TryRead(limit, out var size))
            return Problem.Invalid("limit", PageLimit.Message);
        Cursor after = default;
        if (cursor is not null && !Cursor.TryDecode(cursor, SuggestionReader.ListName(id), out after))
            return Problem.Invalid("cursor", "Not a cursor of this list. Send nextCursor of its page before, or none, to begin again.");

        var page = await suggestions.ListAsync(id, cursor is null ? null : after, size, cancellationToken);
        if (page.Items.Count + page.GivenUp.Count > 0 || await conversations.FindAsync(id, cancellationToken) is not null)
            return TypedResults.Ok(page);
        return await conversations.FindRedirectAsync(id, cancellationToken) is { } now
            ? TypedResults.Redirect($"/api/v1/conversations/{now}/suggestions", permanent: true, preserveMethod: true)
            : Problem.Of(ProblemTypes.NotFound, $"There is no conversation {id}.");
    }

    private static async Task<IResult> RequestSuggestion(
        Guid id, SuggestionWish? wish, HttpContext context, OnceOnly once, WorkSignals signals, CancellationToken cancellationToken)
    {
        var wanted = wish ?? SuggestionWish.None;
        if (wanted.Check() is { Count: > 0 } errors)
            return Problem.Invalid(errors);
        var answer = await once.RunAsync(context, wanted, ApiJson.Default.SuggestionWish, (_, transaction, token) => SuggestionRequest.RunAsync(transaction, id, wanted, token), cancellationToken);
        signals.Raise(WorkKind.Suggest);
        context.Response.Headers.Location = $"/api/v1/conversations/{id}/suggestions";
        return answer;
    }

    private static async Task<IResult> ApproveSuggestion(
        Guid id, Approval? approval, HttpContext context, OnceOnly once, SuggestionDecision decision, WorkSignals signals, CancellationToken cancellationToken)
    {
        var wanted = approval ?? new(EditedContent: null);
        if (wanted.EditedContent is { } text && (string.IsNullOrWhiteSpace(text) || text.Contains('\0', StringComparison.Ordinal)))
            return Problem.Invalid("editedContent", "What to send instead, as plain text; nothing, to send the draft as it is.");
        var answer = await once.RunAsync(context, wanted, ApiJson.Default.Approval,
            (connection, transaction, token) => decision.ApproveAsync(connection, transaction, id, wanted.EditedContent, context.User.Identity?.Name ?? "", token), cancellationToken);
        signals.Raise(WorkKind.Deliver);
        return answer;
    }

    private static async Task<IResult> RejectSuggestion(
        Guid id, Rejection? rejection, HttpContext context, OnceOnly once, SuggestionDecision decision, CancellationToken cancellationToken)
    {
        var wanted = rejection ?? new(Reason: null);
        if (wanted.Reason is { Length: > MaxReasonLength } || wanted.Reason?.Contains('\0', StringComparison.Ordinal) == true)
            return Problem.Invalid("reason", $"At most {MaxReasonLength} characters, without NUL.");
        return await once.RunAsync(context, wanted, ApiJson.Default.Rejection, (_, transaction, token) => decision.RejectAsync(transaction, id, wanted.Reason, token), cancellationToken);
    }
}
