using ConversationApi.Conversations.Changes;
using ConversationApi.Idempotency;
using ServiceDefaults.Authentication;

namespace ConversationApi.Conversations.Links;

internal static class LinkEndpoints
{
    public static IEndpointRouteBuilder MapConversationLinks(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/conversations/{id:guid}/links/{linkedId:guid}").RequireScope(AccessScope.Write).AddEndpointFilter<MergedRedirect>().WithTags("Conversations")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        group.MapPost("/merge", MergeLinked).WithName("MergeLinkedConversation").WithSummary("Make two linked conversations one.")
            .WithDescription("The older one has all messages then, and the other redirects to it. Replies go to the lead of the first one in the path. Honours Idempotency-Key and If-Match (the version of the first).")
            .Produces<ConversationView>().Changes().ProducesProblem(StatusCodes.Status412PreconditionFailed);
        group.MapPost("/dismiss", DismissLink).WithName("DismissConversationLink").WithSummary("Say that two linked conversations have nothing to do with each other.")
            .WithDescription("They stay apart, also when mail names both again. Honours Idempotency-Key and If-Match (the version of the first).")
            .Produces<ConversationView>().Changes().ProducesProblem(StatusCodes.Status412PreconditionFailed);
        return api;
    }

    private static async Task<IResult> MergeLinked(Guid id, Guid linkedId, HttpContext context, OnceOnly once, CancellationToken cancellationToken)
    {
        var condition = IfMatch.Read(context);
        return await once.RunAsync(context, (connection, transaction, token) => LinkWriter.MergeAsync(connection, transaction, id, linkedId, condition, token), cancellationToken);
    }

    private static async Task<IResult> DismissLink(Guid id, Guid linkedId, HttpContext context, OnceOnly once, LinkWriter links, CancellationToken cancellationToken)
    {
        var condition = IfMatch.Read(context);
        return await once.RunAsync(context, (_, transaction, token) => links.DismissAsync(transaction, id, linkedId, condition, token), cancellationToken);
    }
}
