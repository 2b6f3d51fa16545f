using System.Runtime.InteropServices;
using System.Text.Json;
using ConversationApi.Idempotency;
using ConversationApi.RateLimiting;
using ConversationApi.Work;
using ConversationData.Work;
using ServiceDefaults.Authentication;
using ServiceDefaults.Problems;

namespace ConversationApi.Conversations.Changes;

internal static class ChangeEndpoints
{
    private const string MergePatch = "application/merge-patch+json";

    public static IEndpointRouteBuilder MapConversationChanges(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/conversations").RequireScope(AccessScope.Write).AddEndpointFilter<MergedRedirect>().WithTags("Conversations")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        group.MapPost("/", StartConversation).LimitTo(RateLimit.Send).WithName("StartConversation").WithSummary("Begin a conversation: its first mail is queued.")
            .WithDescription("Honours Idempotency-Key.")
            .Produces<StartedConversation>(StatusCodes.Status201Created).ProducesValidationProblem().ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        group.MapPatch("/{id:guid}", PatchConversation).WithName("PatchConversation").WithSummary("Change subject and lead of a conversation.")
            .WithDescription("A JSON merge patch. Needs If-Match. leadEmail can be changed only while nothing was written to the lead.")
            .Accepts<ConversationPatch>(MergePatch, "application/json").Produces<ConversationView>().ProducesValidationProblem()
            .Changes().ProducesProblem(StatusCodes.Status412PreconditionFailed).ProducesProblem(StatusCodes.Status428PreconditionRequired);
        group.MapDelete("/{id:guid}", DeleteConversation).WithName("DeleteConversation").WithSummary("Delete a conversation with all that belongs to it.")
            .WithDescription("Needs If-Match. Its queued mail is not sent; while mail of it is being sent it stays.")
            .Produces(StatusCodes.Status204NoContent).Changes().ProducesProblem(StatusCodes.Status412PreconditionFailed).ProducesProblem(StatusCodes.Status428PreconditionRequired);
        group.MapPost("/{id:guid}/archive", ArchiveConversation).WithName("ArchiveConversation").WithSummary("Put a conversation away; the lead's next mail brings it back.")
            .WithDescription("Honours Idempotency-Key and If-Match.").Produces<ConversationView>().Changes();
        group.MapPost("/{id:guid}/reopen", ReopenConversation).WithName("ReopenConversation").WithSummary("Take an archived conversation back.")
            .WithDescription("Honours Idempotency-Key and If-Match.").Produces<ConversationView>().Changes();
        return api;
    }

    /// <summary>What every change of one conversation can answer.</summary>
    internal static RouteHandlerBuilder Changes(this RouteHandlerBuilder endpoint) =>
        endpoint.Produces(StatusCodes.Status308PermanentRedirect).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);

    private static async Task<IResult> StartConversation(
        NewConversation wanted, HttpContext context, OnceOnly once, ConversationWriter writer, WorkSignals signals, CancellationToken cancellationToken)
    {
        if (wanted.Check() is { Count: > 0 } errors)
            return Problem.Invalid(errors);
        var answer = await once.RunAsync(context, wanted, ApiJson.Default.NewConversation,
            (connection, transaction, token) => writer.StartAsync(connection, transaction, wanted, token), cancellationToken);
        signals.Raise(WorkKind.Deliver);
        return answer;
    }

    private static async Task<IResult> PatchConversation(
        Guid id, JsonElement patch, HttpContext context, OnceOnly once, ConversationWriter writer, CancellationToken cancellationToken)
    {
        var condition = IfMatch.Read(context, needed: true);
        try
        {
            // As it was written: half a surrogate pair could not be written again.
            var key = RequestKey.Of(context, JsonMarshal.GetRawUtf8Value(patch));
            return await once.RunAsync(key, (_, transaction, token) => writer.PatchAsync(transaction, id, condition, patch, token), cancellationToken);
        }
        catch (InvalidFieldsException e)
        {
            return Problem.Invalid(e.Errors);
        }
    }

    private static async Task<IResult> DeleteConversation(Guid id, HttpContext context, OnceOnly once, CancellationToken cancellationToken)
    {
        var condition = IfMatch.Read(context, needed: true);
        return await once.RunAsync(context, (_, transaction, token) => ConversationWriter.DeleteAsync(transaction, id, condition, token), cancellationToken);
    }

    private static async Task<IResult> ArchiveConversation(Guid id, HttpContext context, OnceOnly once, ConversationWriter writer, CancellationToken cancellationToken)
    {
        var condition = IfMatch.Read(context);
        return await once.RunAsync(context, (_, transaction, token) => writer.ArchiveAsync(transaction, id, condition, token), cancellationToken);
    }

    private static async Task<IResult> ReopenConversation(Guid id, HttpContext context, OnceOnly once, ConversationWriter writer, CancellationToken cancellationToken)
    {
        var condition = IfMatch.Read(context);
        return await once.RunAsync(context, (_, transaction, token) => writer.ReopenAsync(transaction, id, condition, token), cancellationToken);
    }
}
