using MaintenanceWorker.Monitoring.Sql;

namespace MaintenanceWorker.Upkeep;

/// <summary>What there is of vectors and their indexes.</summary>
internal static class VectorIndexSql
{
    /// <summary>The name of the index of the model in use.</summary>
    public const string CurrentName = "ix_messages_embedding_cosine";

    /// <summary>The models in use or being built, with how many vectors they have, counted no further than $1.</summary>
    public const string Models = """
        SELECT m.id, m.dimensions, m.is_current, (SELECT count(*) FROM (SELECT FROM public.message_embeddings e WHERE e.model_id = m.id LIMIT $1) v)
        FROM public.embedding_models m WHERE m.retired_at IS NULL ORDER BY m.is_current DESC, m.id
        """;

    /// <summary>The indexes by nearness, the model that each is for, and whether one is being built.</summary>
    public const string Indexes = $"""
        SELECT c.relname, i.indisvalid AND i.indisready, coalesce((regexp_match(pg_get_expr(i.indpred, i.indrelid), 'model_id = ([0-9]+)'))[1]::int, 0),
            NOT i.indisvalid AND {TableQueries.IsBeingBuilt}
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
        WHERE i.indrelid = 'public.message_embeddings'::regclass AND a.amname = 'hnsw' ORDER BY 1
        """;

    /// <summary>How far the session $1 is with its index.</summary>
    public const string Progress = "SELECT phase, coalesce(tuples_done, 0), coalesce(tuples_total, 0), coalesce(blocks_done, 0), coalesce(blocks_total, 0) FROM pg_stat_progress_create_index WHERE pid = $1";

    /// <summary>The index of a model, until the model is the current one.</summary>
    public static string NameOf(int model) => FormattableString.Invariant($"{CurrentName}_{model}");

    /// <summary>The search names the model as a literal too: by a parameter the planner would not find the index.</summary>
    public static string Create(int model, int dimensions) => FormattableString.Invariant(
        $"CREATE INDEX CONCURRENTLY {NameOf(model)} ON public.message_embeddings USING hnsw ((embedding::halfvec({dimensions})) halfvec_cosine_ops) WITH (m = 16, ef_construction = 100) WHERE model_id = {model}");

    /// <summary>Takes one away.</summary>
    public static string Drop(string quoted) => $"DROP INDEX CONCURRENTLY IF EXISTS public.{quoted}";

    /// <summary>Gives one another name.</summary>
    public static string Rename(string from, string to) => $"ALTER INDEX public.{from} RENAME TO {to}";
}
