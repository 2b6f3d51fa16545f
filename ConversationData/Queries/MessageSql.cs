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
}
