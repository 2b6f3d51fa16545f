using ConversationData.Queries;

namespace ConversationApi.Delivery.Replies;

/// <summary>The statements that take mail back or try it again, once its conversation is locked.</summary>
internal static class ReplySql
{
    /// <summary>The work of a mail: no sender takes it from now on. $1 message.</summary>
    public const string LockWork = "SELECT options::text, in_doubt FROM message_work WHERE message_id = $1 AND kind = 'deliver' FOR UPDATE";

    /// <summary>$1 message, $2 conversation.</summary>
    public const string LockMessage = $"SELECT {MessageSql.Columns} FROM conversation_messages WHERE id = $1 AND conversation_id = $2 FOR UPDATE";

    /// <summary>$1 message.</summary>
    public const string DropWork = "DELETE FROM message_work WHERE message_id = $1";

    /// <summary>$1 Message-ID: nobody has seen it.</summary>
    public const string DropReference = "DELETE FROM message_references WHERE reference = $1";

    /// <summary>$1 message.</summary>
    public const string DropMessage = "DELETE FROM conversation_messages WHERE id = $1";

    /// <summary>What the conversation's last message says about where it stands: the last to arrive, whatever its Date. $1 conversation.</summary>
    public const string StatusByLast = """
        SELECT CASE WHEN direction = 'inbound' OR delivery_status = 'failed' THEN 'needs_reply'::conversation_status ELSE 'waiting' END
        FROM conversation_messages WHERE conversation_id = $1 ORDER BY created_at DESC, sent_at DESC, id DESC LIMIT 1
        """;

    /// <summary>The conversation without a mail. $1 conversation, $2 status, $3 archived at, $4 now.</summary>
    public const string TakeBack = $"""
        UPDATE conversations c SET status = $2, archived_at = $3, message_count = message_count - 1,
            last_message_at = coalesce((SELECT max(sent_at) FROM conversation_messages m WHERE m.conversation_id = c.id), c.created_at),
            last_outbound_at = (SELECT max(sent_at) FROM conversation_messages m WHERE m.conversation_id = c.id AND direction = 'outbound'),
            updated_at = $4, version = version + 1
        WHERE id = $1 RETURNING {ConversationSql.Columns}
        """;

    /// <summary>Suggestions are open again, unless another one is or other mail of ours has answered since. $1 suggestions, $2 conversation, $3 now, $4 time of the mail.</summary>
    public const string ReviveSuggestions = """
        UPDATE ai_suggestions SET status = 'pending', approved_at = NULL, approved_by = NULL, edited_content = NULL, user_feedback = NULL, updated_at = $3
        WHERE id = ANY ($1) AND conversation_id = $2 AND status <> 'pending'
            AND NOT EXISTS (SELECT 1 FROM ai_suggestions p WHERE p.conversation_id = $2 AND p.status = 'pending')
            AND NOT EXISTS (SELECT 1 FROM conversation_messages m WHERE m.conversation_id = $2 AND m.direction = 'outbound' AND m.sent_at > $4)
        """;

    /// <summary>As if it had just been written; what may have been sent waits until it can be asked for. $1 message, $2 how long that takes.</summary>
    public const string QueueWork = """
        UPDATE message_work SET failed_at = NULL, attempts = 0, claimed_by = NULL, not_before = CASE WHEN in_doubt THEN greatest(now(), failed_at + $2) ELSE now() END
        WHERE message_id = $1 AND kind = 'deliver'
        """;

    /// <summary>$1 message, $2 whether it may have been sent: then it can neither be taken back nor deleted.</summary>
    public const string QueueMessage = "UPDATE conversation_messages SET delivery_status = CASE WHEN $2 THEN 'sending'::delivery_status ELSE 'queued' END WHERE id = $1";

    /// <summary>We wait again, unless mail came in since the mail was written, whatever its Date. $1 conversation, $2 time of the mail, $3 now.</summary>
    public const string WaitAgain = """
        UPDATE conversations SET status = 'waiting', updated_at = $3, version = version + 1
        WHERE id = $1 AND status = 'needs_reply'
            AND NOT EXISTS (SELECT FROM conversation_messages m WHERE m.conversation_id = $1 AND m.direction = 'inbound' AND m.created_at > $2)
        """;
}
