using ConversationData.Queries;

namespace ConversationApi.Delivery;

/// <summary>The statements that queue a mail.</summary>
internal static class OutboxSql
{
    /// <summary>A suggestion that nobody decided about has missed its moment. $1 conversation, $2 why, $3 the suggestion that is sent, or null, $4 now.</summary>
    public const string RetireSuggestions = """
        UPDATE ai_suggestions SET status = 'rejected', user_feedback = $2, updated_at = $4
        WHERE conversation_id = $1 AND status = 'pending' AND id IS DISTINCT FROM $3::uuid RETURNING id
        """;

    /// <summary>Our own mail. $1 id, $2 conversation, $3 subject, $4 content, $5 HTML, $6 now, $7 sender, $8 its name, $9 recipient, $10 Message-ID, $11 content hash, $12 In-Reply-To, $13 headers.</summary>
    public const string InsertMessage = """
        INSERT INTO conversation_messages (id, conversation_id, direction, subject, content, html_content, sent_at, sender_email, sender_name, recipient_email,
            message_id, content_hash, in_reply_to, headers, delivery_status, created_at)
        VALUES ($1, $2, 'outbound', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'queued', $6)
        """;

    /// <summary>So that the answer finds its conversation. $1 Message-ID, $2 conversation.</summary>
    public const string InsertReference = "INSERT INTO message_references (reference, conversation_id) VALUES ($1, $2)";

    /// <summary>We wrote last. $1 conversation, $2 now.</summary>
    public const string UpdateConversation = $"""
        UPDATE conversations SET status = 'waiting', archived_at = NULL, message_count = message_count + 1, last_message_at = greatest(last_message_at, $2),
            last_outbound_at = greatest(last_outbound_at, $2), updated_at = $2, version = version + 1
        WHERE id = $1 RETURNING {ConversationSql.Columns}
        """;

    /// <summary>To be sent, and to be found. $1 message, $2 conversation, $3 after how long, $4 how it was before.</summary>
    public const string AddWork = """
        INSERT INTO message_work (message_id, kind, conversation_id, not_before, options) VALUES ($1, 'deliver', $2, now() + $3, $4), ($1, 'index', $2, now() + $3, NULL)
        RETURNING not_before
        """;
}
