using System.ComponentModel;
using ConversationApi.Paging;
using ConversationData.Conversations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using ServiceDefaults.Problems;

namespace ConversationApi.Conversations;

/// <summary>The query string of the list.</summary>
internal readonly record struct ConversationListParameters(
    [property: Description("active, needs_reply, waiting or archived."), FromQuery(Name = "status")] string? Status,
    [property: Description("The lead's number."), FromQuery(Name = "leadId")] string? LeadId,
    [property: Description("The lead's address."), FromQuery(Name = "leadEmail")] string? LeadEmail,
    [property: Description("Text in the subject, 3 to 200 characters."), FromQuery(Name = "q")] string? Q,
    [property: Description("true: only those with a suggestion to decide about; false: only those without."), FromQuery(Name = "hasPendingSuggestion")] string? HasPendingSuggestion,
    [property: Description("true: only those that mail ties to another conversation and that somebody has to look at; false: only the others."), FromQuery(Name = "linked")] string? Linked,
    [property: Description("lastMessageAt (the default), createdAt or messageCount; the greatest first."), FromQuery(Name = "sort")] string? Sort,
    [property: Description("nextCursor of the page before."), FromQuery(Name = "cursor")] string? Cursor,
    [property: Description("1 to 100; 50 without it."), FromQuery(Name = "limit")] string? Limit)
{
    public bool TryRead(out ConversationListQuery? query, out ValidationProblem? problem)
    {
        query = null;
        problem = null;
        ConversationStatus? status = null;
        if (Status is not null && (status = ReadStatus(Status)) is null)
            problem = Problem.Invalid("status", "One of active, needs_reply, waiting, archived.");
        long? leadId = null;
        if (LeadId is not null)
        {
            if (long.TryParse(LeadId, out var number))
                leadId = number;
            else
                problem = Problem.Invalid("leadId", "A whole number.");
        }

        // What an index of trigrams can find.
        if (Q is { Length: < 3 or > 200 } || Q?.Contains('\0', StringComparison.Ordinal) == true)
            problem = Problem.Invalid("q", "3 to 200 characters.");
        if (LeadEmail is { Length: 0 or > 320 } || LeadEmail?.Contains('\0', StringComparison.Ordinal) == true)
            problem = Problem.Invalid("leadEmail", "An address of 1 to 320 characters.");
        bool? pending = HasPendingSuggestion switch { "true" => true, "false" => false, _ => null };
        if (HasPendingSuggestion is not null && pending is null)
            problem = Problem.Invalid("hasPendingSuggestion", "true or false.");
        bool? linked = Linked switch { "true" => true, "false" => false, _ => null };
        if (Linked is not null && linked is null)
            problem = Problem.Invalid("linked", "true or false.");
        if (ReadSort(Sort) is not { } sort)
        {
            problem = Problem.Invalid("sort", "One of lastMessageAt, createdAt, messageCount.");
            return false;
        }

        if (!PageLimit.TryRead(Limit, out var limit))
            problem = Problem.Invalid("limit", PageLimit.Message);
        var email = LeadEmail?.Trim().ToLowerInvariant();
        Cursor after = default;
        if (Cursor is not null && !Paging.Cursor.TryDecode(Cursor, ConversationListQuery.ListName(status, leadId, email, Q, pending, linked, sort),
            sort == ConversationSort.LastMessageAt ? Paging.Cursor.MostTime : int.MaxValue, out after))
            problem = Problem.Invalid("cursor", "Not a cursor of this list. Send nextCursor of its page before, with the same filters and sort; or none, to begin again.");
        if (problem is null)
            query = new(status, leadId, email, Q, pending, linked, sort, Cursor is null ? null : after, limit);
        return problem is null;
    }

    private static ConversationStatus? ReadStatus(string text) => text switch
    {
        "active" => ConversationStatus.Active,
        "needs_reply" => ConversationStatus.NeedsReply,
        "waiting" => ConversationStatus.Waiting,
        "archived" => ConversationStatus.Archived,
        _ => null,
    };

    private static ConversationSort? ReadSort(string? text) => text switch
    {
        null or "lastMessageAt" => ConversationSort.LastMessageAt,
        "createdAt" => ConversationSort.CreatedAt,
        "messageCount" => ConversationSort.MessageCount,
        _ => null,
    };
}
