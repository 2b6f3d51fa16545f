using ConversationData.Queries;

namespace ConversationApi.Conversations.Links;

/// <summary>The statements that settle a link. Both conversations are locked first.</summary>
internal static class LinkSql
{
    /// <summary>$1 ids.</summary>
    public const string LockBoth = $"SELECT {ConversationSql.Columns} FROM conversations WHERE id = ANY ($1) ORDER BY id FOR UPDATE";

    /// <summary>Whether somebody settled it already; no row where there is no link. $1 the smaller id, $2 the greater.</summary>
    public const string Find = "SELECT resolved_at IS NOT NULL FROM conversation_links WHERE conversation_id = $1 AND linked_conversation_id = $2";

    /// <summary>$1 the smaller id, $2 the greater, $3 now.</summary>
    public const string Settle = "UPDATE conversation_links SET resolved_at = $3 WHERE conversation_id = $1 AND linked_conversation_id = $2";

    /// <summary>Both look different now. $1 ids, $2 now.</summary>
    public const string Touch = """
        WITH changed AS (UPDATE conversations SET updated_at = $2, version = version + 1 WHERE id = ANY ($1) RETURNING id, status)
        INSERT INTO conversation_events (kind, conversation_id, status, reason) SELECT 'status', id, status, 'unlinked' FROM changed
        """;
}
