namespace ConversationApi.Search.Keeping;

/// <summary>How statistics are kept, by one process at a time.</summary>
internal static class KeepingSql
{
    /// <summary>Whoever holds this keeps statistics and models.</summary>
    public const string TryLead = "SELECT pg_try_advisory_lock(7308332045190697002)";

    /// <summary>Lets another one do it.</summary>
    public const string StopLeading = "SELECT pg_advisory_unlock(7308332045190697002)";

    /// <summary>How many messages are indexed, counted where that is cheap, and how many there were when words were counted.</summary>
    public const string Size = """
        SELECT CASE WHEN c.reltuples > 200000 THEN c.reltuples::bigint ELSE (SELECT count(*) FROM message_search) END, coalesce((SELECT messages FROM search_corpus), -1)
        FROM pg_class c WHERE c.oid = 'public.message_search'::regclass
        """;

    /// <summary>Stores how many messages there are and how long. $1 messages.</summary>
    public static string Corpus(string sample) => $"""
        INSERT INTO search_corpus (id, messages, average_length) SELECT 1, $1, coalesce(avg(length), 0) FROM message_search {sample}
        ON CONFLICT (id) DO UPDATE SET messages = excluded.messages, average_length = excluded.average_length, refreshed_at = now()
        """;

    /// <summary>
    /// Counts words. $1 the query that gives their vectors, $2 how many messages stand behind each that was looked at, $3 whether words that were
    /// not seen are gone. A word of one message is not stored, since one that is not known counts as much; nor is what hardly changed.
    /// </summary>
    public const string Terms = """
        WITH counted AS MATERIALIZED (SELECT word, greatest(1, round(ndoc * $2))::int AS documents FROM ts_stat($1) WHERE ndoc > 1),
        gone AS (DELETE FROM search_terms t WHERE $3 AND NOT EXISTS (SELECT FROM counted c WHERE c.word = t.term))
        INSERT INTO search_terms AS t (term, documents) SELECT word, documents FROM counted
        ON CONFLICT (term) DO UPDATE SET documents = excluded.documents WHERE abs(t.documents - excluded.documents) > 0.02 * t.documents
        """;

    /// <summary>What is looked at, as a TABLESAMPLE clause.</summary>
    public static string Sample(string percent) => $"TABLESAMPLE SYSTEM ({percent}) REPEATABLE (5)";

    /// <summary>The vectors of what is looked at.</summary>
    public static string Vectors(string sample) => $"SELECT terms FROM public.message_search {sample}";
}
