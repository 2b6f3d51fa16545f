namespace ConversationData.Queries;

/// <summary>
/// How events are read: in the order of their transactions, and none of a transaction that is not older than every one that still runs,
/// so that nothing can appear behind a reader. With every answer comes what a reader's place is worth: the timeline, the oldest
/// transaction that still runs, and how far events were pruned.
/// </summary>
public static class EventStreamSql
{
    private const string Now = """
        (SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) AS timeline, pg_snapshot_xmin(pg_current_snapshot()) AS horizon) AS n
        LEFT JOIN event_retention AS r ON true
        """;

    /// <summary>What comes after a place. $1 transaction as text, $2 position, $3 how many. One row with nulls when there is nothing.</summary>
    public const string After = $"""
        SELECT n.timeline, n.horizon, r.transaction_id, r.position,
            e.transaction_id, e.position, e.kind, e.conversation_id, e.message_id, e.suggestion_id, e.status, e.reason, e.created_at
        FROM {Now}
        LEFT JOIN LATERAL (
            SELECT * FROM conversation_events WHERE (transaction_id, position) > ($1::text::xid8, $2) AND transaction_id < n.horizon
            ORDER BY transaction_id, position LIMIT $3) AS e ON true
        ORDER BY e.transaction_id, e.position
        """;

    /// <summary>The last event that may be told by now.</summary>
    public const string Last = $"""
        SELECT n.timeline, n.horizon, r.transaction_id, r.position, e.transaction_id, e.position
        FROM {Now}
        LEFT JOIN LATERAL (
            SELECT * FROM conversation_events WHERE transaction_id < n.horizon ORDER BY transaction_id DESC, position DESC LIMIT 1) AS e ON true
        """;
}
