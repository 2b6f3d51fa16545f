namespace ConversationApi.Search.Indexing;

/// <summary>How messages become findable.</summary>
internal static class IndexSql
{
    /// <summary>Everybody who writes vectors holds this lock together; who makes a model the current one holds it alone, so that no message is left out.</summary>
    public const string WriteTogether = "SELECT pg_advisory_xact_lock_shared(7308332045190697001)";

    /// <summary>See <see cref="WriteTogether"/>.</summary>
    public const string WriteAlone = "SELECT pg_advisory_xact_lock(7308332045190697001)";

    /// <summary>The messages, held so that they neither move to another conversation nor vanish. Those that somebody changes right now are left out: nobody waits. $1 ids.</summary>
    public const string Hold = """
        SELECT id, conversation_id, sent_at, subject, content FROM conversation_messages WHERE id = ANY ($1) ORDER BY id FOR SHARE SKIP LOCKED
        """;

    /// <summary>Which of the messages there are. $1 ids.</summary>
    public const string Existing = "SELECT id FROM conversation_messages WHERE id = ANY ($1)";

    /// <summary>Their words. $1 ids, $2 conversations, $3 times, $4 texts, $5 text-search configuration.</summary>
    public const string Store = """
        INSERT INTO message_search (message_id, conversation_id, sent_at, length, terms)
        SELECT m.id, m.conversation_id, m.sent_at, coalesce((SELECT sum(cardinality(t.positions)) FROM unnest(v.terms) t), 0), v.terms
        FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[]) AS m (id, conversation_id, sent_at, text)
            CROSS JOIN LATERAL (SELECT to_tsvector($5::regconfig, m.text) AS terms OFFSET 0) v
        ON CONFLICT (message_id) DO UPDATE SET conversation_id = excluded.conversation_id, sent_at = excluded.sent_at, length = excluded.length, terms = excluded.terms
        RETURNING message_id, tsvector_to_array(terms), ARRAY(SELECT cardinality(t.positions) FROM unnest(terms) t)
        """;

    /// <summary>Their vectors. $1 model, $2 ids, $3 vectors. Messages that are gone are left out.</summary>
    public const string StoreVectors = """
        INSERT INTO message_embeddings (message_id, model_id, conversation_id, embedding)
        SELECT s.message_id, $1, s.conversation_id, v.embedding
        FROM unnest($2::uuid[], $3::halfvec[]) AS v (message_id, embedding) JOIN message_search s ON s.message_id = v.message_id FOR SHARE OF s
        ON CONFLICT (message_id, model_id) DO UPDATE SET conversation_id = excluded.conversation_id, embedding = excluded.embedding
        """;
}
