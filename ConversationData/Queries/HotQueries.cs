using ConversationData.Conversations;
using ConversationData.Operations.Keys;

namespace ConversationData.Queries;

/// <summary>The statements that the API sends all day.</summary>
public static class HotQueries
{
    private const string OfPage = "51";
    private const string Inbox = "public.ix_conversations_status_last_message";
    private static readonly string _needsReply = ConversationSql.HasStatus(ConversationStatus.NeedsReply);

    /// <summary>By what asks for them, in no order of weight.</summary>
    public static IReadOnlyList<HotQuery> All { get; } =
    [
        new("inbox", "The first page of conversations that need a reply", ConversationSql.List([_needsReply], ConversationSql.ByLastMessage, "$1"), Inbox, $"SELECT {OfPage}"),
        new("inbox-next-page", "A later page of conversations that need a reply",
            ConversationSql.List([ConversationSql.AfterLastMessage("$1", "$2"), _needsReply], ConversationSql.ByLastMessage, "$3"), Inbox,
            $"SELECT id, last_message_at, {OfPage} FROM conversations WHERE {_needsReply} ORDER BY {ConversationSql.ByLastMessage} LIMIT 1"),
        new("conversations", "The first page of all conversations", ConversationSql.ListOverStatuses([], ConversationSql.ByLastMessage, "$1"), Inbox, $"SELECT {OfPage}"),
        new("conversation", "One conversation", ConversationSql.ById, "public.pk_conversations", "SELECT id FROM conversations LIMIT 1"),
        new("messages", "The first page of a conversation's messages", MessageSql.First, "public.ix_conversation_messages_thread", $"SELECT conversation_id, {OfPage} FROM conversation_messages LIMIT 1"),
        new("messages-next-page", "A later page of a conversation's messages", MessageSql.Next, "public.ix_conversation_messages_thread",
            $"SELECT conversation_id, {OfPage}, sent_at, id FROM conversation_messages LIMIT 1"),
        new("thread-lookup", "The conversations that mail which comes in belongs to", MailLookupSql.Owners, "public.pk_message_references",
            "SELECT array_agg(reference) FROM (SELECT reference FROM message_references LIMIT 20) r"),
        new("duplicate-lookup", "Whether mail that comes in is there already", MailLookupSql.Messages, "public.ux_conversation_messages_message_id",
            "SELECT array_agg(message_id) FROM (SELECT message_id FROM conversation_messages LIMIT 20) m"),
        new("postmark-lookup", "Whether Postmark has sent a message before", MailLookupSql.PostmarkIds, "public.ux_conversation_messages_postmark",
            "SELECT array_agg(postmark_message_id) FROM (SELECT postmark_message_id FROM conversation_messages WHERE postmark_message_id IS NOT NULL LIMIT 20) m"),
        new("events", "What a replica tells its listeners, a few times a second while there are any", EventStreamSql.After, "public.pk_conversation_events",
            "SELECT transaction_id::text, position, 500 FROM conversation_events LIMIT 1"),
        new("reply-parent", "What a reply answers", MessageSql.Parent, "public.ix_conversation_messages_thread", "SELECT conversation_id FROM conversation_messages LIMIT 1"),
        new("reply-thread", "The Message-IDs that a reply names", MessageSql.ThreadIds, "public.ix_conversation_messages_thread", "SELECT conversation_id, 200 FROM conversation_messages LIMIT 1"),
        new("api-key", "The key of a request", ApiKeyRegister.FindSql, "ops.ux_api_keys_key_hash", "SELECT decode(repeat('00', 32), 'hex')"),
        .. SearchQueries.All,
    ];
}
