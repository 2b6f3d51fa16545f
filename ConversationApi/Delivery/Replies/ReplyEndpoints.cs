using ConversationApi.Conversations.Changes;
using ConversationApi.Idempotency;
using ConversationApi.Messages;
using ConversationApi.RateLimiting;
using ConversationApi.Work;
using ConversationData.Work;
using ServiceDefaults.Authentication;
using ServiceDefaults.Problems;

namespace ConversationApi.Delivery.Replies;

internal static class ReplyEndpoints
{
    public static IEndpointRouteBuilder MapReplies(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/conversations/{id:guid}").RequireScope(AccessScope.Write).AddEndpointFilter<MergedRedirect>().WithTags("Messages")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        group.MapPost("/reply", Reply).LimitTo(RateLimit.Send).WithName("Reply").WithSummary("Answer the lead: the mail is queued, and sent some seconds later.")
            .WithDescription("Honours Idempotency-Key and If-Match. A suggestion that nobody decided about is retired.")
            .Produces<QueuedMessage>(StatusCodes.Status202Accepted).ProducesValidationProblem().Changes().ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        group.MapPost("/messages/{messageId:guid}/undo", Undo).WithName("UndoMessage").WithSummary("Take back a mail that is still queued.")
            .WithDescription("Honours Idempotency-Key. The conversation is as it was before, and so is the suggestion that the mail came from.")
            .Produces<Conversations.ConversationView>().Changes();
        group.MapPost("/messages/{messageId:guid}/retry", Retry).LimitTo(RateLimit.Send).WithName("RetryMessage").WithSummary("Try a mail again that could not be delivered.")
            .WithDescription("Honours Idempotency-Key.").Produces<MessageView>(StatusCodes.Status202Accepted).Changes();
        return api;
    }

    private static async Task<IResult> Reply(
        Guid id, NewReply wanted, HttpContext context, OnceOnly once, Outbox outbox, WorkSignals signals, CancellationToken cancellationToken)
    {
        var errors = new Dictionary<string, string[]>();
        MailBody.Check(errors, wanted.Content, wanted.HtmlContent);
        if (errors.Count > 0)
            return Problem.Invalid(errors);
        var condition = IfMatch.Read(context);
        var answer = await once.RunAsync(context, wanted, ApiJson.Default.NewReply, async (connection, transaction, token) =>
        {
            if (condition.IsAsked)
                condition.Check(await Conversations.ConversationLock.TakeAsync(transaction, id, token));
            var mail = await outbox.QueueAsync(connection, transaction, new(id, wanted.Content!, MailBody.HtmlOrNull(wanted.HtmlContent), null), token);
            return RecordedAnswer.Of(StatusCodes.Status202Accepted, new QueuedMessage(mail), ApiJson.Default.QueuedMessage, id);
        }, cancellationToken);
        signals.Raise(WorkKind.Deliver);
        return answer;
    }

    private static async Task<IResult> Undo(Guid id, Guid messageId, HttpContext context, OnceOnly once, MailUndo undo, CancellationToken cancellationToken) =>
        await once.RunAsync(context, (_, transaction, token) => undo.RunAsync(transaction, id, messageId, token), cancellationToken);

    private static async Task<IResult> Retry(Guid id, Guid messageId, HttpContext context, OnceOnly once, MailRetry retry, WorkSignals signals, CancellationToken cancellationToken)
    {
        var answer = await once.RunAsync(context, (_, transaction, token) => retry.RunAsync(transaction, id, messageId, token), cancellationToken);
        signals.Raise(WorkKind.Deliver);
        return answer;
    }
}
