using System.ComponentModel;
using ConversationApi.Gmail;
using ConversationApi.Ingestion;
using ConversationApi.Paging;
using ConversationApi.SlowClients;
using Microsoft.AspNetCore.Http.HttpResults;
using ServiceDefaults.Authentication;
using ServiceDefaults.Problems;

namespace ConversationApi.SetAside;

internal static class SetAsideEndpoints
{
    public static IHostApplicationBuilder AddSetAside(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SetAsideRegister>();
        builder.Services.AddSingleton<SingleMail>();
        return builder;
    }

    public static IEndpointRouteBuilder MapSetAside(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/inbound/set-aside").RequireScope(AccessScope.Write).WithTags("Inbound");
        group.MapGet("/", ListSetAside).WithName("ListSetAside").WithSummary("List mail that could not be read or stored, the newest first, a page at a time.");
        group.MapGet("/{id:guid}", GetSetAside).WithName("GetSetAside").WithSummary("Show mail that was set aside, with the beginning of what came.");
        group.MapGet("/{id:guid}/body", GetSetAsideBody).WithName("GetSetAsideBody").WithSummary("Give mail that was set aside as it came.")
            .Produces(StatusCodes.Status200OK, contentType: MediaTypes.Bytes)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        group.MapPost("/{id:guid}/retry", RetrySetAside).WithName("RetrySetAside").WithSummary("Try again to store mail that was set aside; when that works it is here no longer.");
        group.MapDelete("/{id:guid}", DropSetAside).WithName("DropSetAside").WithSummary("Drop mail that was set aside, for good.");
        return api;
    }

    private static async Task<Results<PageResult<SetAsideView>, ValidationProblem>> ListSetAside(
        [Description("nextCursor of the page before.")] string? cursor, [Description("1 to 100; 50 without it.")] string? limit,
        SetAsideRegister register, CancellationToken cancellationToken)
    {
        if (!PageLimit.TryRead(limit, out var size))
            return Problem.Invalid("limit", PageLimit.Message);
        Cursor after = default;
        if (cursor is not null && !Cursor.TryDecode(cursor, SetAsideRegister.ListName, out after))
            return Problem.Invalid("cursor", "Not a cursor of this list. Send nextCursor of its page before, or none, to begin again.");
        return await register.ListAsync(cursor is null ? null : after.Id, size, cancellationToken);
    }

    private static async Task<Results<Ok<SetAsideDetails>, ProblemHttpResult>> GetSetAside(Guid id, SetAsideRegister register, CancellationToken cancellationToken) =>
        await register.FindAsync(id, cancellationToken) is { } found ? TypedResults.Ok(found) : NotThere(id);

    private static async Task<Results<LargeBytes, ProblemHttpResult>> GetSetAsideBody(Guid id, SetAsideRegister register, CancellationToken cancellationToken) =>
        await register.ReadAsync(id, cancellationToken) is var (_, _, body, _) ? new LargeBytes(body, MediaTypes.Bytes, $"{id}.json") : NotThere(id);

    private static async Task<Results<Ok<InboundAnswer>, ProblemHttpResult>> RetrySetAside(
        Guid id, SetAsideRegister register, GmailMails gmail, IServiceProvider services, SingleMail mail, CancellationToken cancellationToken)
    {
        if (await register.ReadAsync(id, cancellationToken) is not var (source, externalId, body, whole))
            return NotThere(id);
        var fromGmail = source == "gmail";
        if (fromGmail && (!whole || body.Length == 0) && services.GetService<GmailClient>() is { } client)
        {
            try
            {
                (body, whole) = ((await client.MessageAsync(externalId!, cancellationToken)).Bytes, true);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                return Problem.Of(MailProblems.ProviderUnavailable, $"Gmail does not give it: {e.Message}");
            }
        }

        if (!whole)
            return Problem.Of(MailProblems.NotWhole, "It was too large to be kept whole. Have it sent again in smaller parts, or drop it.");
        var outcome = await mail.StoreAsync(fromGmail ? gmail.Read(body) : mail.Read(body), cancellationToken);
        if (outcome.Kind != MailOutcomeKind.Refused)
        {
            await register.RemoveAsync(id, cancellationToken);
            return TypedResults.Ok(InboundAnswer.Of(outcome));
        }

        if (!SingleMail.Passes(outcome))
            await register.FailedAsync(id, outcome, cancellationToken);
        return Problem.Of(outcome.Problem!, outcome.Detail!);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DropSetAside(Guid id, SetAsideRegister register, CancellationToken cancellationToken) =>
        await register.RemoveAsync(id, cancellationToken) ? TypedResults.NoContent() : NotThere(id);

    private static ProblemHttpResult NotThere(Guid id) => Problem.Of(ProblemTypes.NotFound, $"No mail is set aside as {id}.");
}
