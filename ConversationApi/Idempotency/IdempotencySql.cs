namespace ConversationApi.Idempotency;

/// <summary>The statements about requests that are done once. The key's row is the first that a transaction takes.</summary>
internal static class IdempotencySql
{
    /// <summary>Takes the key, or waits for whoever has it. $1 owner, $2 key, $3 request hash.</summary>
    public const string Take = "INSERT INTO idempotency_keys (owner, key, request_hash) VALUES ($1, $2, $3) ON CONFLICT (owner, key) DO NOTHING";

    /// <summary>What is known of the key now: our own row, or another's answer. $1 owner, $2 key.</summary>
    public const string Find = "SELECT request_hash, status_code, response::text, resource, version FROM idempotency_keys WHERE owner = $1 AND key = $2";

    /// <summary>Whether a conversation was merged into another. $1 conversation.</summary>
    public const string IsMerged = "SELECT EXISTS (SELECT 1 FROM conversation_redirects WHERE from_id = $1)";

    /// <summary>Keeps the answer. $1 owner, $2 key, $3 status, $4 body, $5 conversation, $6 version.</summary>
    public const string Answer = "UPDATE idempotency_keys SET status_code = $3::smallint, response = $4::text::json, resource = $5, version = $6 WHERE owner = $1 AND key = $2";

    /// <summary>Makes this commit wait for the standby too: an answer that is repeated must be as safe as when it was first given.</summary>
    public const string Confirm = "SELECT pg_logical_emit_message(true, 'idempotency', 'again')";

    /// <summary>Forgets some that are older than $1, at most $2.</summary>
    public const string Prune = """
        DELETE FROM idempotency_keys WHERE (owner, key) IN (
            SELECT owner, key FROM idempotency_keys WHERE created_at < now() - $1 ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED)
        """;
}
