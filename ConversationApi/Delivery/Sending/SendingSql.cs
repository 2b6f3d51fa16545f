namespace ConversationApi.Delivery.Sending;

/// <summary>The statements of a sender. Work is taken before its message, as everywhere.</summary>
internal static class SendingSql
{
    /// <summary>From here on it may have been sent. $1 message, $2 claim, $3 how old is old. Whether a first attempt is that old, and the server's timeline.</summary>
    public const string Begin = """
        UPDATE message_work SET in_doubt = true WHERE message_id = $1 AND kind = 'deliver' AND claimed_by = $2 AND failed_at IS NULL
        RETURNING attempts = 1 AND created_at < now() - $3, substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)
        """;

    /// <summary>$1 message.</summary>
    public const string BeginMessage = """
        UPDATE conversation_messages SET delivery_status = 'sending' WHERE id = $1 AND delivery_status IN ('queued', 'sending') RETURNING headers::text, content, html_content
        """;

    /// <summary>Nothing is left to do. $1 message.</summary>
    public const string Drop = "DELETE FROM message_work WHERE message_id = $1 AND kind = 'deliver'";

    /// <summary>The provider has it, whoever has the claim now. $1 message, $2 the provider's id, which an import may have brought already.</summary>
    public const string Sent = """
        WITH sent AS (
            UPDATE conversation_messages SET delivery_status = 'sent',
                postmark_message_id = CASE WHEN EXISTS (SELECT 1 FROM conversation_messages WHERE postmark_message_id = $2 AND id <> $1) THEN postmark_message_id ELSE coalesce($2, postmark_message_id) END
            WHERE id = $1 AND delivery_status <> 'sent' RETURNING conversation_id
        )
        INSERT INTO conversation_events (kind, conversation_id, message_id) SELECT 'sent', conversation_id, $1 FROM sent
        """;

    /// <summary>Later again. $1 message, $2 claim, $3 after how long, $4 why, $5 whether it may have been sent, $6 whether the attempt counts.</summary>
    public const string Again = """
        UPDATE message_work SET not_before = now() + $3, claimed_by = NULL, last_error = $4, in_doubt = $5, attempts = attempts - CASE WHEN $6 THEN 0 ELSE 1 END
        WHERE message_id = $1 AND kind = 'deliver' AND claimed_by = $2
        """;

    /// <summary>$1 message: nobody has it, so it can be taken back again.</summary>
    public const string QueueMessage = "UPDATE conversation_messages SET delivery_status = 'queued' WHERE id = $1 AND delivery_status = 'sending'";

    /// <summary>The conversation of a message. $1 message.</summary>
    public const string ConversationOf = "SELECT conversation_id FROM conversation_messages WHERE id = $1";

    /// <summary>Put aside. $1 message, $2 claim, $3 why, $4 whether it may have been sent.</summary>
    public const string GiveUp = """
        UPDATE message_work SET failed_at = now(), claimed_by = NULL, last_error = $3, in_doubt = $4 WHERE message_id = $1 AND kind = 'deliver' AND claimed_by = $2
        """;

    /// <summary>$1 message.</summary>
    public const string FailMessage = "UPDATE conversation_messages SET delivery_status = 'failed' WHERE id = $1";

    /// <summary>Somebody has to look at it again. $1 conversation, $2 now.</summary>
    public const string NeedsReply = "UPDATE conversations SET status = 'needs_reply', archived_at = NULL, updated_at = $2, version = version + 1 WHERE id = $1";
}
