using System.Globalization;
using ConversationApi.Search.Questions;
using ConversationData.Queries;
using NpgsqlTypes;

namespace ConversationApi.Search;

/// <summary>Puts the search itself together from <see cref="RankingSql"/>, with the values of one question.</summary>
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
        return RankingSql.With(parts, hits, Depth);
    }

    /// <summary>The ranking of what is there.</summary>
    public string Fuse(bool words, bool meaning)
    {
        if (!words || !meaning)
            return words ? RankingSql.ByWords : RankingSql.ByMeaning;
        var one = _sql.Add(options.TextWeight / (options.TextWeight + options.SemanticWeight), NpgsqlDbType.Double);
        var other = _sql.Add(options.SemanticWeight / (options.TextWeight + options.SemanticWeight), NpgsqlDbType.Double);
        return RankingSql.Fused(one, other, options.Fusion == Fusion.MinMax ? RankingSql.MinMax : RankingSql.ReciprocalRank);
    }

    private string Words(Question question)
    {
        var terms = _sql.Add(question.Terms.Select(t => t.Term).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text);
        var weights = _sql.Add(question.Terms.Select(question.WeightOf).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Double);
        var query = _sql.Add(CandidateQuery.Of(question, reach.Candidates), NpgsqlDbType.Text);
        var k1 = _sql.Add(options.K1, NpgsqlDbType.Double);
        var b = _sql.Add(options.B, NpgsqlDbType.Double);
        var average = _sql.Add(Math.Max(1, question.AverageLength), NpgsqlDbType.Double);
        return RankingSql.Words(terms, weights, k1, b, average, filter.Apply(_sql, $"s.terms @@ {query}::tsquery"), Candidates, Depth);
    }

    private string Nearest(Meaning meaning)
    {
        var vector = _sql.Add(meaning.Vector);
        // Numbers, not values of a client: the planner finds a partial index only by a literal.
        var (model, length) = (meaning.ModelId.ToString(CultureInfo.InvariantCulture), meaning.Vector.Memory.Length.ToString(CultureInfo.InvariantCulture));
        var near = filter == new SearchFilter()
            ? RankingSql.VectorsOf(model)
            : $"FROM message_embeddings e JOIN message_search s ON s.message_id = e.message_id{filter.Apply(_sql, $"e.model_id = {model}")}";
        return RankingSql.Meaning(RankingSql.Distance(vector, length), near, meaning.Exact, Depth);
    }

    // The query finds as many as the reach says, in no order: fewer would lose the rarest words. Filters that leave few leave no more than the second.
    private string Candidates => Math.Min(reach.Candidates, Math.Max(ReachFinder.Wider * options.Candidates, options.ExactMessages)).ToString(CultureInfo.InvariantCulture);

    private string Depth => options.Depth.ToString(CultureInfo.InvariantCulture);
}
