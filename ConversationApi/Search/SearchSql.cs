namespace ConversationApi.Search;

/// <summary>The statements that come before a search; <see cref="SearchStatement"/> is the search itself.</summary>
internal static class SearchSql
{
    /// <summary>The words of a text. $1 text-search configuration, $2 text.</summary>
    public const string Words = """
        SELECT t.lexeme, cardinality(t.positions), coalesce(d.documents, 0)
        FROM unnest(to_tsvector($1::regconfig, $2)) t LEFT JOIN search_terms d ON d.term = t.lexeme
        """;

    /// <summary>The words of a message, if it is indexed. $1 message.</summary>
    public const string WordsOfMessage = """
        SELECT t.lexeme, cardinality(t.positions), coalesce(d.documents, 0)
        FROM message_search s CROSS JOIN unnest(s.terms) t LEFT JOIN search_terms d ON d.term = t.lexeme WHERE s.message_id = $1
        """;

    /// <summary>All messages together, and the model in use.</summary>
    public const string State = """
        SELECT coalesce(c.messages, 0), coalesce(c.average_length, 0), m.id
        FROM (SELECT 1) one LEFT JOIN search_corpus c ON true LEFT JOIN embedding_models m ON m.is_current
        """;

    /// <summary>What is indexed of a message. $1 message.</summary>
    public const string TextOfMessage = "SELECT conversation_id, subject, content FROM conversation_messages WHERE id = $1";
}
