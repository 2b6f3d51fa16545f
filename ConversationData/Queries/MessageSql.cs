namespace ConversationData.Queries;

/// <summary>How the messages of a conversation are asked for, oldest first.</summary>
public static class MessageSql
{
    /// <summary>All of a message.</summary>
    public const string Columns = "id, conversation_id, direction, subject, content, html_content, sent_at, sender_email, sender_name, recipient_email, message_id, in_reply_to, "
        + "gmail_message_id, postmark_message_id, gmail_thread_id, headers, attachments, marks, delivery_status, created_at";

    /// <summary>The first page: $1 conversation, $2 how many.</summary>
    public const string First = $"SELECT {Columns} FROM conversation_messages WHERE conversation_id = $1 ORDER BY sent_at, id LIMIT $2";

    /// <summary>A later page: $1 conversation, $2 how many, $3 and $4 time and id of the last message before.</summary>
    public const string Next = $"SELECT {Columns} FROM conversation_messages WHERE conversation_id = $1 AND (sent_at, id) > ($3, $4) ORDER BY sent_at, id LIMIT $2";

    /// <summary>What a reply answers: the lead's last message, or else ours; never one whose Message-ID we made up. $1 conversation.</summary>
    public const string Parent = """
        (SELECT true AS inbound, message_id, headers FROM conversation_messages
            WHERE conversation_id = $1 AND direction = 'inbound' AND NOT 'synthetic_id' = ANY (marks) ORDER BY sent_at DESC, id DESC LIMIT 1)
        UNION ALL
        (SELECT false, message_id, headers FROM conversation_messages
            WHERE conversation_id = $1 AND direction = 'outbound' AND NOT 'synthetic_id' = ANY (marks) ORDER BY sent_at DESC, id DESC LIMIT 1)
        """;

    /// <summary>Message-IDs of a conversation, oldest first: its first one and its last ones. $1 conversation, $2 how many of the last.</summary>
    public const string ThreadIds = """
        SELECT message_id FROM (
            (SELECT message_id, sent_at, id FROM conversation_messages WHERE conversation_id = $1 AND NOT 'synthetic_id' = ANY (marks) ORDER BY sent_at, id LIMIT 1)
            UNION
            (SELECT message_id, sent_at, id FROM conversation_messages WHERE conversation_id = $1 AND NOT 'synthetic_id' = ANY (marks) ORDER BY sent_at DESC, id DESC LIMIT $2)
        ) AS ids ORDER BY sent_at, id
        """;
}
