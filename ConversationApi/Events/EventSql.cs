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

    /// <summary>Mail of ours came in, written elsewhere. $1 conversations, $2 messages.</summary>
    public const string AddWaiting = """
        INSERT INTO conversation_events (kind, conversation_id, message_id, status)
        SELECT 'status', c, m, 'waiting' FROM unnest($1::uuid[], $2::uuid[]) AS e (c, m)
        """;

    /// <summary>
    /// Deletes the oldest events and remembers the last of them; gives how many. Only one at a time gets anything to do: who has the
    /// lock of the row. $1 how long events are kept, $2 how many at most.
    /// </summary>
    public const string Prune = """
        WITH turn AS (SELECT id FROM event_retention FOR UPDATE SKIP LOCKED),
        oldest AS (
            SELECT transaction_id, position, created_at FROM conversation_events WHERE EXISTS (SELECT 1 FROM turn) ORDER BY transaction_id, position LIMIT $2),
        gone AS (
            DELETE FROM conversation_events e USING oldest o
            WHERE e.transaction_id = o.transaction_id AND e.position = o.position AND o.created_at < now() - $1
            RETURNING e.transaction_id, e.position),
        mark AS (
            UPDATE event_retention r SET transaction_id = g.transaction_id, position = g.position
            FROM (SELECT transaction_id, position FROM gone ORDER BY transaction_id DESC, position DESC LIMIT 1) g
            WHERE (r.transaction_id, r.position) < (g.transaction_id, g.position))
        SELECT count(*) FROM gone
        """;
}
