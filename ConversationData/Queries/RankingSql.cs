namespace ConversationData.Queries;

/// <summary>
/// The text of a search: BM25 on candidates, nearness of vectors, and both in one ranking called <c>hits</c> (message_id, score, words, meaning; the
/// last two null where a ranking does not have the message). Values come as parameters with their types; numbers that the planner must see stand in the text.
/// </summary>
public static class RankingSql
{
    /// <summary>How the server runs a search, for its transaction alone: compiling, or calling other processes in, takes longer than a search may. $1 how far the index of vectors looks around.</summary>
    public const string Settings = "SELECT set_config('jit', 'off', true), set_config('max_parallel_workers_per_gather', '0', true), set_config('hnsw.ef_search', $1, true)";

    /// <summary>The ranking by words alone.</summary>
    public const string ByWords = "SELECT message_id, score, score AS words, NULL::float8 AS meaning FROM words";

    /// <summary>The ranking by meaning alone.</summary>
    public const string ByMeaning = "SELECT message_id, score, NULL::float8 AS words, score AS meaning FROM meaning";

    /// <summary>Each score is moved to 0 to 1 between the worst and the best of its ranking.</summary>
    public const string MinMax = "coalesce((score - min(score) OVER ()) / nullif(max(score) OVER () - min(score) OVER (), 0), 1)";

    /// <summary>One over the rank and 60.</summary>
    public const string ReciprocalRank = "61.0 / (60 + row_number() OVER (ORDER BY score DESC, message_id))";

    /// <summary>The WITH clause of one or both rankings.</summary>
    /// <param name="rankings"><see cref="Words"/>, <see cref="Meaning"/> or both, in this order.</param>
    /// <param name="hits">How they make one.</param>
    /// <param name="depth">How many it has.</param>
    public static string With(IEnumerable<string> rankings, string hits, string depth) =>
        $"WITH {string.Join(",\n", rankings)},\nhits AS MATERIALIZED ({hits} ORDER BY score DESC, message_id LIMIT {depth})";

    /// <summary>BM25. Of each candidate only the question's words are looked at: they are marked, and the others filtered out.</summary>
    /// <param name="terms">The question's words.</param>
    /// <param name="weights">What each is worth.</param>
    /// <param name="k1">How soon more of a word says nothing new.</param>
    /// <param name="b">How much long messages are held back.</param>
    /// <param name="average">How long messages are on average.</param>
    /// <param name="candidates">What follows <c>FROM message_search s</c>.</param>
    /// <param name="most">How many candidates are scored.</param>
    /// <param name="depth">How many the ranking has.</param>
    public static string Words(string terms, string weights, string k1, string b, string average, string candidates, string most, string depth) => $$"""
        candidates AS MATERIALIZED (
            SELECT s.message_id, {{k1}} * (1 - {{b}} + {{b}} * s.length / {{average}}) AS damping, ts_filter(setweight(s.terms, 'A', {{terms}}), '{a}') AS terms
            FROM message_search s{{candidates}} LIMIT {{most}}
        ),
        words AS MATERIALIZED (
            SELECT c.message_id, round(sum(w.weight * cardinality(t.positions) * ({{k1}} + 1) / (cardinality(t.positions) + c.damping))::numeric, 9)::float8 AS score
            FROM candidates c CROSS JOIN unnest(c.terms) t JOIN unnest({{terms}}, {{weights}}) AS w (term, weight) ON w.term = t.lexeme
            GROUP BY c.message_id ORDER BY 2 DESC, 1 LIMIT {{depth}}
        )
        """;

    /// <summary>Which vectors a search without filters looks at. The planner finds a partial index only by a literal.</summary>
    /// <param name="model">The model's number.</param>
    public static string VectorsOf(string model) => $"FROM message_embeddings e WHERE e.model_id = {model}";

    /// <summary>How far a vector is away.</summary>
    /// <param name="vector">The question's.</param>
    /// <param name="length">Its length.</param>
    public static string Distance(string vector, string length) => $"e.embedding::halfvec({length}) <=> {vector}::halfvec({length})";

    /// <summary>The nearest vectors.</summary>
    /// <param name="distance">How far one is away.</param>
    /// <param name="vectors">Where they are.</param>
    /// <param name="exact">Whether every one is looked at, not those that the index gives.</param>
    /// <param name="depth">How many the ranking has.</param>
    public static string Meaning(string distance, string vectors, bool exact, string depth) => $"""
        meaning AS MATERIALIZED (
            SELECT message_id, round((1 - distance)::numeric, 9)::float8 AS score FROM (
                SELECT e.message_id, {distance} AS distance {vectors} ORDER BY {(exact ? "2" : distance)} LIMIT {depth}
            ) nearest ORDER BY distance, message_id
        )
        """;

    /// <summary>Both rankings in one.</summary>
    /// <param name="words">What words count for.</param>
    /// <param name="meaning">What meaning counts for.</param>
    /// <param name="share"><see cref="MinMax"/> or <see cref="ReciprocalRank"/>.</param>
    public static string Fused(string words, string meaning, string share) => $"""
        SELECT message_id, round(({words} * coalesce(w.share, 0) + {meaning} * coalesce(m.share, 0))::numeric, 9)::float8 AS score, w.score AS words, m.score AS meaning
        FROM (SELECT message_id, score, {share} AS share FROM words) w FULL JOIN (SELECT message_id, score, {share} AS share FROM meaning) m USING (message_id)
        """;

    /// <summary>Where a text of a message has the question's words. Words further on than 20,000 characters are found, but not shown.</summary>
    /// <param name="column">The text.</param>
    /// <param name="configuration">The text-search configuration.</param>
    /// <param name="words">The words, as a tsquery.</param>
    /// <param name="how">What ts_headline is to do.</param>
    public static string Headline(string column, string configuration, string words, string how) =>
        $"ts_headline({configuration}::regconfig, translate(left(m.{column}, 20000), E'\\x01\\x02\\x03', '   '), {words}::tsquery, {how})";

    /// <summary>One page of the ranking with what is shown of each message.</summary>
    /// <param name="with">The ranking.</param>
    /// <param name="behind">The place behind which the page begins.</param>
    /// <param name="limit">Messages, one more than the page has.</param>
    /// <param name="subject">The subject's highlights.</param>
    /// <param name="content">The text's highlights.</param>
    public static string Page(string with, string behind, string limit, string subject, string content) => $"""
        {with}
        SELECT p.message_id, m.conversation_id, m.subject, m.direction, m.sent_at, m.sender_email, c.status, c.lead_email, p.score, p.words, p.meaning,
            {subject}, {content}
        FROM (SELECT * FROM hits WHERE {behind} ORDER BY score DESC, message_id LIMIT {limit}) p
            JOIN conversation_messages m ON m.id = p.message_id JOIN conversations c ON c.id = m.conversation_id
        ORDER BY p.score DESC, p.message_id
        """;
}
