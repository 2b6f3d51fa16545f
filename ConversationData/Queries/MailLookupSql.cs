namespace ConversationData.Queries;

/// <summary>What ingestion asks of each batch of mail: who owns the threads, and what is there already. $1 is an array of text.</summary>
public static class MailLookupSql
{
    /// <summary>The conversations of Message-IDs and other thread keys.</summary>
    public const string Owners = "SELECT reference, conversation_id FROM message_references WHERE reference = ANY ($1)";

    /// <summary>Messages by Message-ID.</summary>
    public const string Messages = "SELECT message_id, content_hash, id, conversation_id, direction = 'outbound' FROM conversation_messages WHERE message_id = ANY ($1)";

    /// <summary>Postmark's ids that are taken.</summary>
    public const string PostmarkIds = "SELECT postmark_message_id FROM conversation_messages WHERE postmark_message_id = ANY ($1)";

    /// <summary>Gmail's ids that are taken.</summary>
    public const string GmailIds = "SELECT gmail_message_id FROM conversation_messages WHERE gmail_message_id = ANY ($1)";
}
