using ConversationData.Conversations;
using NpgsqlTypes;

namespace ConversationApi.Search;

/// <summary>Which messages a search may find at all.</summary>
/// <param name="Status">The status of their conversation.</param>
/// <param name="LeadId">The lead of their conversation.</param>
/// <param name="LeadEmail">The lead's address, lower case.</param>
/// <param name="From">Sent then or later.</param>
/// <param name="To">Sent before.</param>
/// <param name="NotIn">Not in this conversation.</param>
/// <param name="AnsweredOnly">From outside, and one of ours came after it.</param>
internal sealed record SearchFilter(
    ConversationStatus? Status = null, long? LeadId = null, string? LeadEmail = null, DateTime? From = null, DateTime? To = null, Guid? NotIn = null, bool AnsweredOnly = false)
{
    /// <summary>An answer to message i.</summary>
    public const string Answers = "o.conversation_id = i.conversation_id AND o.direction = 'outbound' AND o.delivery_status IS DISTINCT FROM 'failed' AND (o.sent_at, o.id) > (i.sent_at, i.id)";

    /// <summary>Whether it keeps few messages, perhaps.</summary>
    public bool IsNarrow => Status is not null || LeadId is not null || LeadEmail is not null || From is not null || To is not null || AnsweredOnly;

    /// <summary>What follows <c>FROM message_search s</c>: joins and the conditions, those of the caller first.</summary>
    /// <param name="sql">Takes the values.</param>
    /// <param name="condition">The caller's.</param>
    public string Apply(SqlParameters sql, string condition = "true")
    {
        var joins = "";
        List<string> conditions = [condition];
        if (Status is not null || LeadId is not null || LeadEmail is not null)
            joins += " JOIN conversations c ON c.id = s.conversation_id";
        if (AnsweredOnly)
            joins += " JOIN conversation_messages i ON i.id = s.message_id";
        if (Status is { } status)
            conditions.Add(ConversationData.Queries.ConversationSql.HasStatus(status));
        if (LeadId is { } leadId)
            conditions.Add($"c.lead_id = {sql.Add(leadId, NpgsqlDbType.Bigint)}");
        if (LeadEmail is { } leadEmail)
            conditions.Add($"c.lead_email = {sql.Add(leadEmail, NpgsqlDbType.Text)}");
        if (From is { } from)
            conditions.Add($"s.sent_at >= {sql.Add(from, NpgsqlDbType.TimestampTz)}");
        if (To is { } to)
            conditions.Add($"s.sent_at < {sql.Add(to, NpgsqlDbType.TimestampTz)}");
        if (NotIn is { } conversation)
            conditions.Add($"s.conversation_id <> {sql.Add(conversation, NpgsqlDbType.Uuid)}");
        if (AnsweredOnly)
            conditions.Add($"i.direction = 'inbound' AND EXISTS (SELECT FROM conversation_messages o WHERE {Answers})");
        return $"{joins} WHERE {string.Join(" AND ", conditions)}";
    }
}
