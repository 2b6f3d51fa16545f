namespace ConversationApi.Work;

/// <summary>The statements of the queue. Those that say how work went name its claim: who lost the claim says nothing.</summary>
internal static class WorkSql
{
    /// <summary>$1 kind, $2 most, $3 lease, $4 claim.</summary>
    public const string Claim = """
        UPDATE message_work w SET not_before = now() + $3, claimed_by = $4, attempts = w.attempts + 1
        FROM (SELECT message_id, kind FROM message_work WHERE kind = $1 AND failed_at IS NULL AND not_before <= now()
              ORDER BY not_before LIMIT $2 FOR UPDATE SKIP LOCKED) due
        WHERE w.message_id = due.message_id AND w.kind = due.kind
        RETURNING w.message_id, w.conversation_id, w.attempts, w.in_doubt, w.options::text
        """;

    /// <summary>How long until some work of a kind is due, in seconds; no row when none waits. $1 kind.</summary>
    public const string NextDue = """
        SELECT extract(epoch FROM not_before - now())::float8 FROM message_work WHERE kind = $1 AND failed_at IS NULL ORDER BY not_before LIMIT 1
        """;

    /// <summary>Done. $1 kind, $2 message ids, $3 claim.</summary>
    public const string Complete = "DELETE FROM message_work WHERE kind = $1 AND message_id = ANY ($2) AND claimed_by = $3";

    /// <summary>Later again. $1 kind, $2 message ids, $3 claim, $4 after how long, $5 why.</summary>
    public const string Retry = """
        UPDATE message_work SET not_before = now() + $4, claimed_by = NULL, last_error = $5 WHERE kind = $1 AND message_id = ANY ($2) AND claimed_by = $3
        """;

    /// <summary>Never again, unless a person asks. $1 kind, $2 message ids, $3 claim, $4 why.</summary>
    public const string GiveUp = """
        UPDATE message_work SET failed_at = now(), claimed_by = NULL, last_error = $4 WHERE kind = $1 AND message_id = ANY ($2) AND claimed_by = $3
        """;

    /// <summary>Given back as it was found; what is in doubt only comes back after its lease. $1 kind, $2 message ids, $3 claim.</summary>
    public const string Release = """
        UPDATE message_work SET not_before = now(), claimed_by = NULL, attempts = attempts - 1 WHERE kind = $1 AND message_id = ANY ($2) AND claimed_by = $3 AND NOT in_doubt
        """;

    /// <summary>New work. $1 message ids, $2 kinds as text, $3 conversation ids.</summary>
    public const string Add = """
        INSERT INTO message_work (message_id, kind, conversation_id) SELECT m, k::work_kind, c FROM unnest($1::uuid[], $2::text[], $3::uuid[]) AS w (m, k, c)
        """;
}
