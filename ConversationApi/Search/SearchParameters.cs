using System.ComponentModel;
using System.Globalization;
using ConversationApi.Paging;
using ConversationData.Conversations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using ServiceDefaults.Problems;

namespace ConversationApi.Search;

/// <summary>The query string of a search.</summary>
internal readonly record struct SearchParameters(
    [property: Description("What to look for: words, or a whole question; 1 to 1,000 characters."), FromQuery(Name = "q")] string? Q,
    [property: Description("hybrid (the default), semantic or text."), FromQuery(Name = "mode")] string? Mode,
    [property: Description("Only in conversations that are active, needs_reply, waiting or archived."), FromQuery(Name = "status")] string? Status,
    [property: Description("Only in conversations of the lead of this number."), FromQuery(Name = "leadId")] string? LeadId,
    [property: Description("Only in conversations of the lead of this address."), FromQuery(Name = "leadEmail")] string? LeadEmail,
    [property: Description("Only messages sent then or later: a date, or a time with its offset."), FromQuery(Name = "from")] string? From,
    [property: Description("Only messages sent before: a date, or a time with its offset."), FromQuery(Name = "to")] string? To,
    [property: Description("nextCursor of the page before."), FromQuery(Name = "cursor")] string? Cursor,
    [property: Description("1 to 100; 10 without it."), FromQuery(Name = "limit")] string? Limit)
{
    private const int UsualLimit = 10;
    private const int MaxLength = 1_000;
    private const string ATime = "A date such as 2026-01-31, or a time with its offset such as 2026-01-31T09:00:00Z.";

    public bool TryRead(out SearchQuery? query, out ValidationProblem? problem)
    {
        var errors = new Dictionary<string, string[]>();
        if (string.IsNullOrWhiteSpace(Q) || Q.Length > MaxLength || Q.Contains('\0', StringComparison.Ordinal))
            errors["q"] = ["What to look for, 1 to 1,000 characters."];
        SearchMode? mode = Mode switch { null or "hybrid" => SearchMode.Hybrid, "semantic" => SearchMode.Semantic, "text" => SearchMode.Text, _ => null };
        if (mode is null)
            errors["mode"] = ["One of hybrid, semantic, text."];
        ConversationStatus? status = Status switch
        {
            "active" => ConversationStatus.Active, "needs_reply" => ConversationStatus.NeedsReply,
            "waiting" => ConversationStatus.Waiting, "archived" => ConversationStatus.Archived, _ => null,
        };
        if (Status is not null && status is null)
            errors["status"] = ["One of active, needs_reply, waiting, archived."];
        long? leadId = long.TryParse(LeadId, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
        if (LeadId is not null && leadId is null)
            errors["leadId"] = ["A whole number."];
        if (LeadEmail is { Length: 0 or > 320 } || LeadEmail?.Contains('\0', StringComparison.Ordinal) == true)
            errors["leadEmail"] = ["An address of 1 to 320 characters."];
        var (from, to) = (Time(From, "from", errors), Time(To, "to", errors));
        if (from >= to)
            errors["to"] = ["Later than from."];
        if (!PageLimit.TryRead(Limit, out var limit, UsualLimit))
            errors["limit"] = [PageLimit.Message];
        problem = errors.Count > 0 ? Problem.Invalid(errors) : null;
        query = problem is null ? new(Q!.Trim(), mode!.Value, new(status, leadId, LeadEmail?.Trim().ToLowerInvariant(), from, to), limit, Cursor) : null;
        return query is not null;
    }

    private static DateTime? Time(string? text, string name, Dictionary<string, string[]> errors)
    {
        if (text is null)
            return null;
        if (DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            return time.UtcDateTime;
        errors[name] = [ATime];
        return null;
    }
}
