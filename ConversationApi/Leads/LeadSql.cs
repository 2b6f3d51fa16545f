namespace ConversationApi.Leads;

/// <summary>What is held of a lead; $1 is its address. Each statement gives one JSON object a row, its fields named as columns.</summary>
internal static class LeadSql
{
    private const string OfLead = "JOIN conversations c ON c.id = x.conversation_id WHERE c.lead_email = $1";

    /// <summary>Times of this transaction come in UTC, whatever the server's own time zone is.</summary>
    public const string InUtc = "SET LOCAL timezone = 'UTC'";

    /// <summary>By the name of each part of an export, in its order.</summary>
    public static readonly IReadOnlyList<(string Name, string Sql)> Export =
    [
        ("conversations", "SELECT to_jsonb(x)::text FROM conversations x WHERE lead_email = $1 ORDER BY id"),
        ("messages", $"SELECT (to_jsonb(x) - 'content_hash' - 'addresses')::text FROM conversation_messages x {OfLead} ORDER BY x.conversation_id, x.sent_at, x.id"),
        ("suggestions", $"SELECT to_jsonb(x)::text FROM ai_suggestions x {OfLead} ORDER BY x.conversation_id, x.id"),
        ("references", $"SELECT to_jsonb(x)::text FROM message_references x {OfLead} ORDER BY x.conversation_id, x.reference"),
        ("events", $"SELECT to_jsonb(x)::text FROM conversation_events x {OfLead} ORDER BY x.transaction_id, x.position"),
        ("messagesElsewhere", """
            SELECT (to_jsonb(x) - 'content_hash' - 'addresses')::text FROM conversation_messages x JOIN conversations c ON c.id = x.conversation_id
            WHERE coalesce(x.addresses, ops.addresses_in(x.sender_email, x.recipient_email, x.headers)) @> ARRAY[$1] AND c.lead_email IS DISTINCT FROM $1 ORDER BY x.id
            """),
        // As they were answered: in JSON as it was written, signs of an address may be escaped.
        ("answers", """
            SELECT json_build_object('owner', x.owner, 'key', x.key, 'status_code', x.status_code, 'response', x.response, 'resource', x.resource, 'version', x.version, 'created_at', x.created_at)::text
            FROM idempotency_keys x
            WHERE x.resource = ANY (ARRAY(SELECT id FROM conversations WHERE lead_email = $1
                    UNION ALL SELECT r.from_id FROM conversation_redirects r JOIN conversations c ON c.id = r.to_id WHERE c.lead_email = $1))
                OR position($1 IN lower(x.response::jsonb::text)) > 0
            ORDER BY x.created_at, x.owner, x.key
            """),
        ("setAside", "SELECT (to_jsonb(x) - 'body' - 'fingerprint' || jsonb_build_object('body', encode(body, 'base64')))::text FROM inbound_set_aside x WHERE addresses @> ARRAY[$1] ORDER BY id"),
        ("history", "SELECT h::text FROM ops.lead_history($1) h"),
    ];

    /// <summary>$1 address, $2 by whom, $3 id.</summary>
    public const string Erase = "SELECT ops.erase_lead($1, $2, $3)::text";
}
