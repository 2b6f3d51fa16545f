namespace ConversationApi.Suggestions;

/// <summary>The statements about drafted replies.</summary>
internal static class SuggestionSql
{
    public const string Columns = "id, conversation_id, in_reply_to_message_id, suggested_content, suggested_html_content, confidence_score, sentiment_analysis::text, context_used::text, "
        + "model_used, tokens_used, generation_cost, status, user_feedback, edited_content, approved_at, approved_by, created_at, updated_at";

    /// <summary>The newest first. $1 conversation, $2 how many, $3 the last id of the page before, or null.</summary>
    public const string Page = $"SELECT {Columns} FROM ai_suggestions WHERE conversation_id = $1 AND ($3::uuid IS NULL OR id < $3) ORDER BY id DESC LIMIT $2";

    /// <summary>Messages of a conversation whose draft was given up, and why, the latest first. $1 conversation.</summary>
    public const string GivenUp = """
        SELECT w.message_id, w.attempts, w.last_error, w.failed_at
        FROM conversation_messages m JOIN message_work w ON w.message_id = m.id AND w.kind = 'suggest'
        WHERE m.conversation_id = $1 AND w.failed_at IS NOT NULL ORDER BY w.failed_at DESC, w.message_id LIMIT 100
        """;

    /// <summary>$1 suggestion.</summary>
    public const string ConversationOf = "SELECT conversation_id FROM ai_suggestions WHERE id = $1";

    /// <summary>$1 suggestion.</summary>
    public const string Lock = $"SELECT {Columns} FROM ai_suggestions WHERE id = $1 FOR UPDATE";

    /// <summary>$1 suggestion, $2 what is sent instead, or null, $3 now, $4 who.</summary>
    public const string Approve = $"""
        UPDATE ai_suggestions SET status = CASE WHEN $2::text IS NULL THEN 'approved' ELSE 'edited' END::suggestion_status, edited_content = $2,
            approved_at = $3, approved_by = $4, updated_at = $3
        WHERE id = $1 RETURNING {Columns}
        """;

    /// <summary>$1 suggestion, $2 why, $3 now.</summary>
    public const string Reject = $"UPDATE ai_suggestions SET status = 'rejected', user_feedback = $2, updated_at = $3 WHERE id = $1 RETURNING {Columns}";

    /// <summary>
    /// A message that still wants an answer: nothing came after it but mail that machines wrote, or mail of ours that could not be delivered or crossed it.
    /// $1 message. Gives the conversation and whether a draft waits for it already.
    /// </summary>
    public const string Wanted = $"""
        SELECT m.conversation_id, EXISTS (SELECT FROM ai_suggestions s WHERE s.in_reply_to_message_id = m.id AND s.status = 'pending')
        FROM conversation_messages m JOIN conversations c ON c.id = m.conversation_id
        WHERE m.id = $1 AND m.direction = 'inbound' AND c.status = 'needs_reply' AND {IsLast}
        """;

    /// <summary>Where a message is now. $1 message.</summary>
    public const string ConversationOfMessage = "SELECT conversation_id FROM conversation_messages WHERE id = $1";

    /// <summary>The message of a conversation to answer. $1 conversation.</summary>
    public const string ToAnswer = $"""
        SELECT m.id FROM conversation_messages m JOIN conversations c ON c.id = m.conversation_id
        WHERE m.conversation_id = $1 AND m.direction = 'inbound' AND c.status = 'needs_reply' AND {IsLast}
        ORDER BY m.marks && {ByMachines}, m.created_at DESC, m.sent_at DESC, m.id DESC LIMIT 1
        """;

    /// <summary>Asks for a draft, or for another one. $1 message, $2 conversation, $3 how.</summary>
    public const string Ask = """
        INSERT INTO message_work (message_id, kind, conversation_id, options) VALUES ($1, 'suggest', $2, $3)
        ON CONFLICT (message_id, kind) DO UPDATE SET conversation_id = excluded.conversation_id, options = excluded.options, not_before = now(), attempts = 0,
            claimed_by = NULL, failed_at = NULL, last_error = NULL
        """;

    /// <summary>What a newer draft takes the place of. $1 conversation, $2 now.</summary>
    public const string Replace = "UPDATE ai_suggestions SET status = 'rejected', user_feedback = 'replaced', updated_at = $2 WHERE conversation_id = $1 AND status = 'pending'";

    /// <summary>A draft. $1 id, $2 conversation, $3 message, $4 content, $5 confidence, $6 sentiment, $7 context, $8 model, $9 tokens, $10 cost, $11 now.</summary>
    public const string Insert = """
        INSERT INTO ai_suggestions (id, conversation_id, in_reply_to_message_id, suggested_content, confidence_score, sentiment_analysis, context_used, model_used,
            tokens_used, generation_cost, status, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'pending', $11, $11)
        """;

    /// <summary>What a draft is made from: the message and what was here before it, in the order of arrival, the latest first. $1 message, $2 how many.</summary>
    public const string Context = """
        SELECT c.id, c.lead_name, c.subject, b.id, b.direction = 'outbound', b.content, b.sent_at, b.sender_name
        FROM conversation_messages m JOIN conversations c ON c.id = m.conversation_id
            CROSS JOIN LATERAL (SELECT * FROM conversation_messages x WHERE x.conversation_id = c.id AND (x.created_at, x.sent_at, x.id) <= (m.created_at, m.sent_at, m.id)
                AND x.delivery_status IS DISTINCT FROM 'failed' ORDER BY x.created_at DESC, x.sent_at DESC, x.id DESC LIMIT $2) b
        WHERE m.id = $1 ORDER BY b.created_at DESC, b.sent_at DESC, b.id DESC
        """;

    /// <summary>Messages and how they were answered. $1 messages, $2 their answers, in the same order.</summary>
    public const string Answered = """
        SELECT q.id, q.content, a.id, a.content, c.lead_name, c.lead_email
        FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS p (question, answer, place)
            JOIN conversation_messages q ON q.id = p.question JOIN conversation_messages a ON a.id = p.answer JOIN conversations c ON c.id = a.conversation_id
        ORDER BY p.place
        """;

    /// <summary>The answers that drafts for a message were drawn from already. $1 message.</summary>
    public const string Drawn = "SELECT context_used ->> 'drawnFrom' FROM ai_suggestions WHERE in_reply_to_message_id = $1 AND context_used ? 'drawnFrom'";

    private const string ByMachines = "'{bounce,auto_reply,list}'::text[]";

    // What came in later, whatever its Date: that says nothing of when it came. Of mail that was brought in together its Date is all there is. What we
    // send answers what was here when it was written (sent_at is created_at then).
    private const string IsLast = $"""
        NOT EXISTS (SELECT FROM conversation_messages l WHERE l.conversation_id = m.conversation_id AND CASE
            WHEN l.direction = 'outbound' AND l.sent_at = l.created_at THEN l.sent_at > m.created_at AND l.delivery_status IS DISTINCT FROM 'failed'
            ELSE (l.created_at, l.sent_at, l.id) > (m.created_at, m.sent_at, m.id) AND l.delivery_status IS DISTINCT FROM 'failed' AND NOT (l.direction = 'inbound' AND l.marks && {ByMachines}) END)
        """;
}
