namespace ConversationApi.Search.Models;

/// <summary>How models are read and kept.</summary>
internal static class ModelSql
{
    /// <summary>Those in use or being built.</summary>
    public const string Live = "SELECT id, name, dimensions, is_local, is_current, coalesce(fitted_on, 0) FROM embedding_models WHERE retired_at IS NULL ORDER BY id";

    /// <summary>One. $1 id.</summary>
    public const string One = "SELECT id, name, dimensions, is_local, is_current, coalesce(fitted_on, 0) FROM embedding_models WHERE id = $1";

    /// <summary>What words mean to it. $1 model.</summary>
    public const string Terms = "SELECT term, weight, embedding FROM embedding_model_terms WHERE model_id = $1";

    /// <summary>A new one. $1 name, $2 dimensions, $3 local, $4 how many messages there are.</summary>
    public const string Create = "INSERT INTO embedding_models (name, dimensions, is_local, fitted_on) VALUES ($1, $2, $3, $4) RETURNING id";

    /// <summary>A number that no model has.</summary>
    public const string NextVersion = "SELECT coalesce(max(id), 0) + 1 FROM embedding_models";

    /// <summary>What words mean to it: model_id, term, weight, embedding.</summary>
    public const string CopyTerms = "COPY embedding_model_terms (model_id, term, weight, embedding) FROM STDIN (FORMAT BINARY)";

    /// <summary>Messages without a vector of a model, in the order of their ids. $1 model, $2 after this id, $3 how many.</summary>
    public const string Missing = """
        SELECT s.message_id, tsvector_to_array(s.terms), ARRAY(SELECT cardinality(t.positions) FROM unnest(s.terms) t), m.subject, m.content
        FROM message_search s JOIN conversation_messages m ON m.id = s.message_id
        WHERE s.message_id > $2 AND NOT EXISTS (SELECT FROM message_embeddings e WHERE e.message_id = s.message_id AND e.model_id = $1)
        ORDER BY s.message_id LIMIT $3
        """;

    /// <summary>Messages without a vector of a model are to be indexed again. $1 model.</summary>
    public const string QueueMissing = """
        INSERT INTO message_work (message_id, kind, conversation_id)
        SELECT s.message_id, 'index', s.conversation_id FROM message_search s
        WHERE NOT EXISTS (SELECT FROM message_embeddings e WHERE e.message_id = s.message_id AND e.model_id = $1) ON CONFLICT DO NOTHING
        """;

    /// <summary>Whether search would lose its index by this model: it has many vectors and no index, and the one in use has one. $1 model, $2 how many are many.</summary>
    public const string LacksIndex = """
        WITH indexed AS (
            SELECT (regexp_match(pg_get_expr(i.indpred, i.indrelid), 'model_id = ([0-9]+)'))[1]::int AS model
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
            WHERE i.indrelid = 'public.message_embeddings'::regclass AND a.amname = 'hnsw' AND i.indisvalid AND i.indisready
        )
        SELECT EXISTS (SELECT FROM embedding_models m JOIN indexed i ON i.model = m.id WHERE m.is_current) AND NOT EXISTS (SELECT FROM indexed WHERE model = $1)
            AND (SELECT count(*) FROM (SELECT FROM message_embeddings WHERE model_id = $1 LIMIT $2 + 1) v) > $2
        """;

    /// <summary>The one in use is retired. $1 the time.</summary>
    public const string RetireCurrent = "UPDATE embedding_models SET is_current = false, retired_at = $1 WHERE is_current";

    /// <summary>One that is being built is given up. $1 model, $2 the time.</summary>
    public const string Retire = "UPDATE embedding_models SET is_current = false, retired_at = $2 WHERE id = $1 AND retired_at IS NULL";

    /// <summary>This one is in use from now on. $1 model.</summary>
    public const string MakeCurrent = "UPDATE embedding_models SET is_current = true WHERE id = $1 AND retired_at IS NULL";

    /// <summary>Models that nobody searches by any more. $1 retired before.</summary>
    public const string Retired = "SELECT id FROM embedding_models WHERE retired_at < $1 ORDER BY id";

    /// <summary>Some of its vectors. $1 model, $2 how many.</summary>
    public const string DeleteVectors = """
        DELETE FROM message_embeddings WHERE (message_id, model_id) IN (SELECT message_id, model_id FROM message_embeddings WHERE model_id = $1 LIMIT $2)
        """;

    /// <summary>Itself, with what words mean to it. $1 model.</summary>
    public const string Delete = "DELETE FROM embedding_models WHERE id = $1";

    /// <summary>Some messages to fit a model on. $1 how many; the share of all in percent is put in.</summary>
    public static string Sample(string percent) => $"""
        SELECT tsvector_to_array(terms), ARRAY(SELECT cardinality(t.positions) FROM unnest(terms) t) FROM message_search TABLESAMPLE BERNOULLI ({percent}) REPEATABLE (5) LIMIT $1
        """;
}
