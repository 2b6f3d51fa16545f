using ConversationData.Queries;

namespace ConversationApi.Conversations.Changes;

/// <summary>The statements that change a conversation, once its row is locked.</summary>
internal static class ChangeSql
{
    /// <summary>A conversation without mail yet. $1 id, $2 lead's number, $3 address, $4 name, $5 subject, $6 now.</summary>
    public const string Insert = """
        INSERT INTO conversations (id, lead_id, lead_email, lead_name, subject, status, last_message_at, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, 'active', $6, $6, $6)
        """;

    /// <summary>$1 id, $2 subject, $3 lead's number, $4 name, $5 address, $6 now.</summary>
    public const string Patch = $"""
        UPDATE conversations SET subject = $2, lead_id = $3, lead_name = $4, lead_email = $5, updated_at = $6, version = version + 1
        WHERE id = $1 RETURNING {ConversationSql.Columns}
        """;

    /// <summary>$1 id, $2 now.</summary>
    public const string Archive = $"UPDATE conversations SET status = 'archived', archived_at = $2, updated_at = $2, version = version + 1 WHERE id = $1 RETURNING {ConversationSql.Columns}";

    /// <summary>$1 id, $2 now.</summary>
    public const string Reopen = $"UPDATE conversations SET status = 'active', archived_at = NULL, updated_at = $2, version = version + 1 WHERE id = $1 RETURNING {ConversationSql.Columns}";

    /// <summary>Mail of ours that is not sent yet, so that no sender takes it from now on. $1 conversation.</summary>
    public const string LockUnsent = """
        SELECT delivery_status FROM conversation_messages WHERE conversation_id = $1 AND delivery_status IN ('queued', 'sending') FOR UPDATE
        """;

    /// <summary>What was still to be done with its messages, taken in the order in which senders take it. $1 conversation.</summary>
    public const string LockWork = """
        SELECT w.message_id FROM message_work w JOIN conversation_messages m ON m.id = w.message_id WHERE m.conversation_id = $1 ORDER BY w.message_id, w.kind FOR UPDATE OF w
        """;

    /// <summary>$1 message ids.</summary>
    public const string DropWork = "DELETE FROM message_work WHERE message_id = ANY ($1)";

    /// <summary>Those that were shown as linked with a conversation that goes. $1 id.</summary>
    public const string Unlink = """
        UPDATE conversations SET updated_at = now(), version = version + 1
        WHERE id IN (SELECT CASE WHEN conversation_id = $1 THEN linked_conversation_id ELSE conversation_id END FROM conversation_links
            WHERE resolved_at IS NULL AND $1 IN (conversation_id, linked_conversation_id))
        """;

    /// <summary>$1 id. Everything else goes with it.</summary>
    public const string Delete = "DELETE FROM conversations WHERE id = $1";
}
