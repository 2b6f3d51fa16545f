namespace ConversationData.Queries;

/// <summary>Searches without filters, as the API sends them with the defaults of its section Search. The current model's number and the length of its vectors are put in for the two names.</summary>
internal static class SearchQueries
{
    private const string Depth = "200";
    private const string Candidates = "2000";
    private const string OfPage = "11";
    private const string Highlights = "'MaxFragments=2, MinWords=12, MaxWords=28'";

    // Three words that few messages have, as far as that can be seen without reading all of them.
    private const string Question = """
        (SELECT array_agg(term) AS terms, array_agg(1.0::float8) AS weights, string_agg('''' || replace(replace(term, '\', '\\'), '''', '''''') || '''', ' | ') AS words
        FROM (SELECT term FROM (SELECT term, documents FROM search_terms LIMIT 1000) t ORDER BY documents LIMIT 3) rare) q
        CROSS JOIN (SELECT coalesce(max(average_length), 1) AS average FROM search_corpus) c
        """;

    /// <summary>By words, and by words and meaning.</summary>
    public static IReadOnlyList<HotQuery> All { get; } =
    [
        new("search-words", "The first page of a search by words", Page(RankingSql.With([Words(1)], RankingSql.ByWords, Depth), 7), "public.ix_message_search_terms",
            $"SELECT terms, weights, words, 1.2::float8, 0.75::float8, average, 'english', words, 'HighlightAll=true', {Highlights} FROM {Question}") { Settings = Settings },
        new("search", "The first page of a search by words and meaning",
            Page(RankingSql.With([Words(3), RankingSql.Meaning(RankingSql.Distance("$9", HotQuery.Dimensions), RankingSql.VectorsOf(HotQuery.Model), exact: false, Depth)],
                RankingSql.Fused("$1::float8", "$2::float8", RankingSql.MinMax), Depth), 10), "public.ix_messages_embedding_cosine",
            $"""
            SELECT 0.4::float8, 0.6::float8, terms, weights, words, 1.2::float8, 0.75::float8, average, (SELECT embedding::text FROM message_embeddings WHERE model_id = {HotQuery.Model} LIMIT 1),
                'english', words, 'HighlightAll=true', {Highlights} FROM {Question}
            """) { Settings = Settings, BuiltOn = "public.message_embeddings" },
    ];

    private static string Settings => RankingSql.Settings.Replace("$1", $"'{Depth}'", StringComparison.Ordinal);

    private static string Words(int first) => RankingSql.Words($"${first}::text[]", $"${first + 1}::float8[]", $"${first + 3}::float8", $"${first + 4}::float8", $"${first + 5}::float8",
        $" WHERE s.terms @@ ${first + 2}::text::tsquery", Candidates, Depth);

    private static string Page(string with, int first)
    {
        string Headline(string column, int how) => RankingSql.Headline(column, $"${first}::text", $"${first + 1}::text", $"${how}::text");
        return RankingSql.Page(with, "true", OfPage, Headline("subject", first + 2), Headline("content", first + 3));
    }
}
