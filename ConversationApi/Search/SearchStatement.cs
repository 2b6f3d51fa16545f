using System.Globalization;
using ConversationApi.Search.Questions;
using NpgsqlTypes;

namespace ConversationApi.Search;

/// <summary>
/// Puts the search itself together: BM25 on candidates, nearness of vectors, and both in one ranking called <c>hits</c>
/// (message_id, score, words, meaning; the last two null where a ranking does not have the message).
/// </summary>
internal sealed class SearchStatement(SearchOptions options, SearchFilter filter, Reach reach)
{
    private readonly SqlParameters _sql = new();

    /// <summary>Takes the values of what is put around it, too.</summary>
    public SqlParameters Parameters => _sql;

    /// <summary>The WITH clause.</summary>
    /// <param name="question">Null to leave words out.</param>
    /// <param name="meaning">Null to leave meaning out.</param>
    /// <param name="hits">How the rankings make one: the select after <c>hits AS</c>.</param>
    public string With(Question? question, Meaning? meaning, string hits)
    {
        var parts = new List<string>();
        if (question is not null)
            parts.Add(Words(question));
        if (meaning is not null)
            parts.Add(Nearest(meaning));
        return $"WITH {string.Join(",\n", parts)},\nhits AS MATERIALIZED ({hits} ORDER BY score DESC, message_id LIMIT {Depth})";
    }

    /// <summary>The ranking of what is there.</summary>
    public string Fuse(bool words, bool meaning)
    {
        if (!words || !meaning)
            return words ? "SELECT message_id, score, score AS words, NULL::float8 AS meaning FROM words" : "SELECT message_id, score, NULL::float8 AS words, score AS meaning FROM meaning";
        var one = _sql.Add(options.TextWeight / (options.TextWeight + options.SemanticWeight), NpgsqlDbType.Double);
        var other = _sql.Add(options.SemanticWeight / (options.TextWeight + options.SemanticWeight), NpgsqlDbType.Double);
        var share = options.Fusion == Fusion.MinMax
            ? "coalesce((score - min(score) OVER ()) / nullif(max(score) OVER () - min(score) OVER (), 0), 1)"
            : "61.0 / (60 + row_number() OVER (ORDER BY score DESC, message_id))";
        return $"""
            SELECT message_id, round(({one} * coalesce(w.share, 0) + {other} * coalesce(m.share, 0))::numeric, 9)::float8 AS score, w.score AS words, m.score AS meaning
            FROM (SELECT message_id, score, {share} AS share FROM words) w FULL JOIN (SELECT message_id, score, {share} AS share FROM meaning) m USING (message_id)
            """;
    }

    private string Words(Question question)
    {
        var terms = _sql.Add(question.Terms.Select(t => t.Term).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text);
        var weights = _sql.Add(question.Terms.Select(question.WeightOf).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Double);
        var query = _sql.Add(CandidateQuery.Of(question, reach.Candidates), NpgsqlDbType.Text);
        var k1 = _sql.Add(options.K1, NpgsqlDbType.Double);
        var b = _sql.Add(options.B, NpgsqlDbType.Double);
        var average = _sql.Add(Math.Max(1, question.AverageLength), NpgsqlDbType.Double);
        // Of each candidate only the question's words are looked at: they are marked, and the others filtered out.
        return $$"""
            candidates AS MATERIALIZED (
                SELECT s.message_id, {{k1}} * (1 - {{b}} + {{b}} * s.length / {{average}}) AS damping, ts_filter(setweight(s.terms, 'A', {{terms}}), '{a}') AS terms
                FROM message_search s{{filter.Apply(_sql, $"s.terms @@ {query}::tsquery")}} LIMIT {{Candidates}}
            ),
            words AS MATERIALIZED (
                SELECT c.message_id, round(sum(w.weight * cardinality(t.positions) * ({{k1}} + 1) / (cardinality(t.positions) + c.damping))::numeric, 9)::float8 AS score
                FROM candidates c CROSS JOIN unnest(c.terms) t JOIN unnest({{terms}}, {{weights}}) AS w (term, weight) ON w.term = t.lexeme
                GROUP BY c.message_id ORDER BY 2 DESC, 1 LIMIT {{Depth}}
            )
            """;
    }

    private string Nearest(Meaning meaning)
    {
        var vector = _sql.Add(meaning.Vector);
        // Numbers, not values of a client: the planner finds a partial index only by a literal.
        var (model, length) = (meaning.ModelId.ToString(CultureInfo.InvariantCulture), meaning.Vector.Memory.Length.ToString(CultureInfo.InvariantCulture));
        var distance = $"e.embedding::halfvec({length}) <=> {vector}::halfvec({length})";
        var near = filter == new SearchFilter()
            ? $"FROM message_embeddings e WHERE e.model_id = {model}"
            : $"FROM message_embeddings e JOIN message_search s ON s.message_id = e.message_id{filter.Apply(_sql, $"e.model_id = {model}")}";
        return $"""
            meaning AS MATERIALIZED (
                SELECT message_id, round((1 - distance)::numeric, 9)::float8 AS score FROM (
                    SELECT e.message_id, {distance} AS distance {near} ORDER BY {(meaning.Exact ? "2" : distance)} LIMIT {Depth}
                ) nearest ORDER BY distance, message_id
            )
            """;
    }

    // The query finds as many as the reach says, in no order: fewer would lose the rarest words. Filters that leave few leave no more than the second.
    private string Candidates => Math.Min(reach.Candidates, Math.Max(ReachFinder.Wider * options.Candidates, options.ExactMessages)).ToString(CultureInfo.InvariantCulture);

    private string Depth => options.Depth.ToString(CultureInfo.InvariantCulture);
}
