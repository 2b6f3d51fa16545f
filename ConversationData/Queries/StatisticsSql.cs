namespace ConversationData.Queries;

/// <summary>What statistics ask; all but the first read an index and no table. $1 and $2 are the beginning and the end of the window.</summary>
public static class StatisticsSql
{
    /// <summary>How many conversations stand where: counts them all.</summary>
    public const string Statuses = "SELECT status, count(*) FROM conversations GROUP BY status";

    /// <summary>
    /// Mail received and sent, and how long leads waited: from each message that came in within the window to the first of ours that was
    /// sent at that time or later, where there is one.
    /// </summary>
    public const string Messages = """
        WITH week AS MATERIALIZED (
            SELECT conversation_id, direction, sent_at FROM conversation_messages
            WHERE sent_at >= $1 AND sent_at <= $2 AND (direction = 'inbound' OR delivery_status = 'sent')),
        waits AS (
            SELECT direction, extract(epoch FROM min(sent_at) FILTER (WHERE direction = 'outbound')
                OVER (PARTITION BY conversation_id ORDER BY sent_at DESC RANGE UNBOUNDED PRECEDING) - sent_at)::float8 AS seconds
            FROM week)
        SELECT count(*) FILTER (WHERE direction = 'inbound'), count(*) FILTER (WHERE direction = 'outbound'),
            count(seconds) FILTER (WHERE direction = 'inbound'), avg(seconds) FILTER (WHERE direction = 'inbound'),
            percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE direction = 'inbound')
        FROM waits
        """;

    /// <summary>What was decided about suggestions within the window.</summary>
    public const string Decided = """
        SELECT status, count(*) FROM ai_suggestions
        WHERE status <> 'pending' AND updated_at >= $1 AND updated_at <= $2 AND coalesce(approved_at, updated_at) >= $1 GROUP BY status
        """;

    /// <summary>Suggestions that nobody decided about.</summary>
    public const string Pending = "SELECT count(*) FROM ai_suggestions WHERE status = 'pending'";

    /// <summary>The conversation that needs a reply and whose last message is the oldest.</summary>
    public const string Oldest = "SELECT id, last_message_at FROM conversations WHERE status = 'needs_reply' ORDER BY last_message_at, id LIMIT 1";
}
