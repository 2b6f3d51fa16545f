using System.ComponentModel;
using System.Security.Claims;
using ConversationApi.Ingestion;
using ConversationApi.Ingestion.Parsing;
using ConversationData.Connections;
using Microsoft.AspNetCore.Http.HttpResults;
using ServiceDefaults.Authentication;
using ServiceDefaults.Problems;

namespace ConversationApi.Leads;

internal static class LeadEndpoints
{
    public static IHostApplicationBuilder AddLeads(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<LeadEraser>();
        return builder;
    }

    public static IEndpointRouteBuilder MapLeads(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/leads/{email}").RequireScope(AccessScope.Admin).WithTags("Leads");
        group.MapGet("/export", ExportLead).WithName("ExportLead").WithSummary("Give all that is held of a lead, as one JSON document.")
            .WithDescription("Conversations, messages, suggestions, references, events, messages in others' conversations that it wrote, got or is named in, kept answers, mail that was set aside and earlier versions of rows; fields are the columns' names in camelCase. "
                + "HTML comes as it came: not safe to show. notIncluded says what is held elsewhere.")
            .Produces(StatusCodes.Status200OK, contentType: MediaTypes.Json)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        group.MapDelete("/", EraseLead).WithName("EraseLead").WithSummary("Remove all that is held of a lead, for good.")
            .WithDescription("Its conversations with all that hangs on them, mail that waits to be sent, earlier versions of rows, mail that was set aside; what it wrote in others' conversations is blanked. "
                + "The same again finds nothing. Backups still have it until they expire; a ledger makes it go again after a restore. "
                + "The .eml files that the folder provider wrote, and what providers outside keep, are not touched.");
        return api;
    }

    private static Results<LeadExport, ValidationProblem> ExportLead(
        [Description("The lead's address.")] string email, ConversationDataSource data, TimeProvider time) =>
        Address(email) is { } address ? new LeadExport(address, data.Primary, time) : NoAddress();

    private static async Task<Results<Ok<Dictionary<string, long>>, ValidationProblem>> EraseLead(
        [Description("The lead's address.")] string email, ClaimsPrincipal user, LeadEraser eraser, CancellationToken cancellationToken) =>
        Address(email) is { } address ? TypedResults.Ok(await eraser.EraseAsync(address, user.Identity?.Name ?? "", cancellationToken)) : NoAddress();

    private static string? Address(string email) =>
        !email.Contains('\0', StringComparison.Ordinal) && MailText.Address(email) is { } address && address.LastIndexOf('@') is > 0 and var at && at < address.Length - 1 ? address : null;

    private static ValidationProblem NoAddress() => Problem.Invalid("email", $"An address of at most {MailText.MaxAddress} characters.");
}
