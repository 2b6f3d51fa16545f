namespace ConversationApi.Events;

/// <summary>How events are written: in the transaction of what they tell.</summary>
internal static class EventSql
{
    /// <summary>One event. $1 kind, $2 conversation, $3 message, $4 suggestion, $5 status, $6 reason; the last four may be null.</summary>
    public const string Add = """
        INSERT INTO conversation_events (kind, conversation_id, message_id, suggestion_id, status, reason)
        VALUES ($1::conversation_event_kind, $2::uuid, $3::uuid, $4::uuid, $5::conversation_status, $6::text)
        """;

    /// <summary>Mail came in. $1 conversations, $2 messages.</summary>
    public const string AddReplies = """
        INSERT INTO conversation_events (kind, conversation_id, message_id, status)
        SELECT 'new_reply', c, m, 'needs_reply' FROM unnest($1::uuid[], $2::uuid[]) AS e (c, m)
        """;
}
