namespace ConversationApi.Ingestion.Storing;

/// <summary>The statements of ingestion. All work on whole arrays: a transaction has the same few, however much mail it takes.</summary>
internal static class StoreSql
{
    /// <summary>Everybody takes this lock first: large transactions alone, small ones together, so that locks never cross.</summary>
    public const string LockAlone = "SELECT pg_advisory_xact_lock(7308332045190688768)";

    public const string LockTogether = "SELECT pg_advisory_xact_lock_shared(7308332045190688768)";

    /// <summary>Sorted buckets of thread keys.</summary>
    public const string LockKeys = "SELECT pg_advisory_xact_lock(bucket) FROM unnest($1::bigint[]) AS bucket";

    public const string ResolveTokens = """
        SELECT t.id, coalesce(c.id, r.to_id) FROM unnest($1::uuid[]) AS t (id)
        LEFT JOIN conversations c ON c.id = t.id LEFT JOIN conversation_redirects r ON r.from_id = t.id
        WHERE c.id IS NOT NULL OR r.to_id IS NOT NULL
        """;

    public const string LockConversations = """
        SELECT id, lead_email, last_outbound_at IS NOT NULL FROM conversations WHERE id = ANY ($1) ORDER BY id FOR UPDATE
        """;

    public const string InsertConversations = """
        INSERT INTO conversations (id, lead_email, lead_name, subject, status, message_count, last_message_at, last_inbound_at, last_outbound_at, created_at, updated_at)
        SELECT id, lead_email, lead_name, subject, status::conversation_status, message_count, last_message_at, last_inbound_at, last_outbound_at, $10, $10
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::timestamptz[], $8::timestamptz[], $9::timestamptz[])
            AS c (id, lead_email, lead_name, subject, status, message_count, last_message_at, last_inbound_at, last_outbound_at)
        """;

    public const string UpdateConversations = """
        UPDATE conversations c SET
            lead_email = coalesce(c.lead_email, u.lead_email),
            lead_name = CASE WHEN c.lead_email IS NULL THEN u.lead_name ELSE c.lead_name END,
            status = u.status::conversation_status,
            archived_at = NULL,
            message_count = c.message_count + u.message_count,
            last_message_at = greatest(c.last_message_at, u.last_message_at),
            last_inbound_at = greatest(c.last_inbound_at, u.last_inbound_at),
            last_outbound_at = greatest(c.last_outbound_at, u.last_outbound_at),
            updated_at = $10, version = c.version + 1
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::timestamptz[], $8::timestamptz[], $9::timestamptz[])
            AS u (id, lead_email, lead_name, subject, status, message_count, last_message_at, last_inbound_at, last_outbound_at)
        WHERE c.id = u.id
        """;

    public const string InsertMessages = """
        INSERT INTO conversation_messages (id, conversation_id, direction, subject, content, html_content, sent_at, sender_email, sender_name, recipient_email,
            message_id, content_hash, in_reply_to, postmark_message_id, gmail_message_id, gmail_thread_id, headers, attachments, marks, addresses, delivery_status, created_at)
        SELECT id, conversation_id, direction::message_direction, subject, content, html_content, sent_at, sender_email, sender_name, recipient_email,
            message_id, content_hash, in_reply_to, postmark_message_id, gmail_message_id, gmail_thread_id, headers, attachments, string_to_array(marks, ','),
            string_to_array(addresses, ' '), CASE WHEN direction = 'outbound' THEN 'sent'::delivery_status END, $21
        FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::text[], $9::text[], $10::text[],
                $11::text[], $12::bytea[], $13::text[], $14::text[], $15::text[], $16::text[], $17::jsonb[], $18::jsonb[], $19::text[], $20::text[])
            AS m (id, conversation_id, direction, subject, content, html_content, sent_at, sender_email, sender_name, recipient_email,
                message_id, content_hash, in_reply_to, postmark_message_id, gmail_message_id, gmail_thread_id, headers, attachments, marks, addresses)
        """;

    /// <summary>Drafts that imported mail of ours was written after have missed their moment. $1 that mail, $2 why, $3 now.</summary>
    public const string RetireSuggestions = """
        UPDATE ai_suggestions s SET status = 'rejected', user_feedback = $2, updated_at = $3
        FROM conversation_messages o, conversation_messages m
        WHERE o.id = ANY ($1) AND s.conversation_id = o.conversation_id AND s.status = 'pending' AND m.id = s.in_reply_to_message_id AND (o.sent_at, o.id) > (m.sent_at, m.id)
        """;

    public const string InsertReferences = "INSERT INTO message_references (reference, conversation_id) SELECT * FROM unnest($1::text[], $2::uuid[])";

    /// <summary>Pairs to show to a person, and a new version of every conversation that has one more. $1 and $2 the pairs, $3 now.</summary>
    public const string InsertLinks = """
        WITH added AS (
            INSERT INTO conversation_links (conversation_id, linked_conversation_id) SELECT * FROM unnest($1::uuid[], $2::uuid[]) ON CONFLICT DO NOTHING
            RETURNING conversation_id, linked_conversation_id),
        changed AS (
            UPDATE conversations SET updated_at = $3, version = version + 1
            WHERE id IN (SELECT unnest(ARRAY[conversation_id, linked_conversation_id]) FROM added) RETURNING id, status)
        INSERT INTO conversation_events (kind, conversation_id, status, reason) SELECT 'status', id, status, 'linked' FROM changed
        """;

    /// <summary>What a merge does, in this order; $1 goes, $2 stays, $3 gives the lead.</summary>
    public static readonly string[] Merge =
    [
        """
        WITH m AS (SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS m (from_id, to_id, lead_from)),
        gone AS (
            SELECT m.to_id, min(m.lead_from::text)::uuid AS lead_from, sum(c.message_count)::int AS message_count,
                max(c.last_message_at) AS last_message_at, max(c.last_inbound_at) AS last_inbound_at, max(c.last_outbound_at) AS last_outbound_at,
                array_agg(c.status) AS statuses
            FROM m JOIN conversations c ON c.id = m.from_id GROUP BY m.to_id
        )
        UPDATE conversations t SET
            lead_id = l.lead_id, lead_email = l.lead_email, lead_name = l.lead_name,
            status = s.status, archived_at = CASE WHEN s.status = 'archived' THEN t.archived_at END,
            message_count = t.message_count + gone.message_count,
            last_message_at = greatest(t.last_message_at, gone.last_message_at),
            last_inbound_at = greatest(t.last_inbound_at, gone.last_inbound_at),
            last_outbound_at = greatest(t.last_outbound_at, gone.last_outbound_at),
            updated_at = now(), version = t.version + 1
        FROM gone JOIN conversations l ON l.id = gone.lead_from
            JOIN conversations o ON o.id = gone.to_id
            CROSS JOIN LATERAL (SELECT CASE
                WHEN 'needs_reply' = ANY (gone.statuses || o.status) THEN 'needs_reply'::conversation_status
                WHEN 'waiting' = ANY (gone.statuses || o.status) THEN 'waiting'
                WHEN 'active' = ANY (gone.statuses || o.status) THEN 'active'
                ELSE 'archived' END AS status) s
        WHERE t.id = gone.to_id
        """,
        "UPDATE conversation_messages x SET conversation_id = m.to_id FROM unnest($1::uuid[], $2::uuid[]) AS m (from_id, to_id) WHERE x.conversation_id = m.from_id",
        "UPDATE message_references x SET conversation_id = m.to_id FROM unnest($1::uuid[], $2::uuid[]) AS m (from_id, to_id) WHERE x.conversation_id = m.from_id",
        "UPDATE ai_suggestions x SET conversation_id = m.to_id FROM unnest($1::uuid[], $2::uuid[]) AS m (from_id, to_id) WHERE x.conversation_id = m.from_id",
        // Before the vectors: whoever writes those holds these rows.
        "UPDATE message_search x SET conversation_id = m.to_id FROM unnest($1::uuid[], $2::uuid[]) AS m (from_id, to_id) WHERE x.conversation_id = m.from_id",
        """
        UPDATE message_embeddings x SET conversation_id = m.to_id FROM unnest($1::uuid[], $2::uuid[]) AS m (from_id, to_id)
            JOIN conversation_messages c ON c.conversation_id = m.to_id WHERE x.message_id = c.id AND x.conversation_id = m.from_id
        """,
        "UPDATE conversation_redirects x SET to_id = m.to_id FROM unnest($1::uuid[], $2::uuid[]) AS m (from_id, to_id) WHERE x.to_id = m.from_id",
        "INSERT INTO conversation_redirects (from_id, to_id) SELECT * FROM unnest($1::uuid[], $2::uuid[])",
        """
        WITH m AS (SELECT * FROM unnest($1::uuid[], $2::uuid[]) AS m (from_id, to_id)),
        moved AS (
            SELECT coalesce(a.to_id, l.conversation_id) AS one, coalesce(b.to_id, l.linked_conversation_id) AS other, l.created_at, l.resolved_at
            FROM conversation_links l LEFT JOIN m a ON a.from_id = l.conversation_id LEFT JOIN m b ON b.from_id = l.linked_conversation_id
            WHERE l.conversation_id = ANY ($1) OR l.linked_conversation_id = ANY ($1)
        ),
        added AS (
            INSERT INTO conversation_links (conversation_id, linked_conversation_id, created_at, resolved_at)
            SELECT least(one, other), greatest(one, other), created_at, resolved_at FROM moved WHERE one <> other ON CONFLICT DO NOTHING)
        UPDATE conversations SET updated_at = now(), version = version + 1
        WHERE id IN (SELECT unnest(ARRAY[one, other]) FROM moved WHERE resolved_at IS NULL) AND id <> ALL ($1) AND id <> ALL ($2)
        """,
        // To whoever listens to either.
        """
        WITH m AS (SELECT * FROM unnest($1::uuid[], $2::uuid[]) AS m (from_id, to_id))
        INSERT INTO conversation_events (kind, conversation_id, status, reason)
        SELECT 'status', e.id, c.status, e.reason
        FROM (SELECT from_id, to_id, 'merged into ' || to_id FROM m UNION ALL SELECT DISTINCT to_id, to_id, 'merged' FROM m) AS e (id, to_id, reason)
            JOIN conversations c ON c.id = e.to_id
        """,
        "DELETE FROM conversations WHERE id = ANY ($1)",
    ];

    /// <summary>
    /// Makes the commit of a transaction that changed nothing wait for the standby as well: what is called a duplicate must be as safe
    /// as what is called stored.
    /// </summary>
    public const string ConfirmDuplicates = "SELECT pg_logical_emit_message(true, 'ingestion', 'duplicates')";
}
