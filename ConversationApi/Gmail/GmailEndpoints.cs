using Microsoft.AspNetCore.Http.HttpResults;
using ServiceDefaults.Authentication;

namespace ConversationApi.Gmail;

internal static class GmailEndpoints
{
    public static IEndpointRouteBuilder MapGmail(this IEndpointRouteBuilder api)
    {
        api.MapGet("/gmail", ListMailboxes).RequireScope(AccessScope.Read).WithTags("Ingestion")
            .WithName("ListGmailMailboxes").WithSummary("Show how far each Gmail mailbox is read, and what is in the way.")
            .WithDescription("Whichever replica reads it. Empty where no mailbox was ever read.");
        return api;
    }

    private static async Task<Ok<List<GmailMailboxView>>> ListMailboxes(GmailReader mailboxes, CancellationToken cancellationToken) =>
        TypedResults.Ok(await mailboxes.ListAsync(cancellationToken));
}
