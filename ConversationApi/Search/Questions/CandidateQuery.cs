namespace ConversationApi.Search.Questions;

/// <summary>
/// Which messages are worth scoring, as a tsquery: those with one of the rarest words, as many words as keep within the bound; of
/// more common words those with two of them, where that is rare enough. All words together are never asked for.
/// </summary>
internal static class CandidateQuery
{
    // More pairs cost more to look up than they find.
    private const int MostPairs = 32;

    /// <param name="question">Has a word at least.</param>
    /// <param name="most">About how many messages it may find.</param>
    public static string Of(Question question, int most)
    {
        var terms = question.Terms;
        var alone = 0;
        double found = 0;
        while (alone < terms.Count && (found += Math.Max(1, terms[alone].Documents)) <= most)
            alone++;
        if (alone < terms.Count)
            found -= terms[alone].Documents;
        var parts = terms.Take(alone).Select(t => Quote(t.Term)).ToList();
        foreach (var (one, other) in Pairs(terms, alone))
        {
            // As if words had nothing to do with each other, with some room since they often do.
            var both = 4.0 * one.Documents * other.Documents / Math.Max(1, question.Messages);
            if (found + both > most || parts.Count >= alone + MostPairs)
                break;
            found += both;
            parts.Add($"({Quote(one.Term)} & {Quote(other.Term)})");
        }

        return parts.Count > 0 ? string.Join(" | ", parts) : Quote(terms[0].Term);
    }

    /// <summary>Messages with any of the words; none for a question without words.</summary>
    public static string Any(Question question) => string.Join(" | ", question.Terms.Select(t => Quote(t.Term)));

    /// <summary>The rarest first.</summary>
    private static IEnumerable<(QuestionTerm One, QuestionTerm Other)> Pairs(IReadOnlyList<QuestionTerm> terms, int from) =>
        Enumerable.Range(from, terms.Count - from).SelectMany(i => Enumerable.Range(i + 1, terms.Count - i - 1).Select(j => (One: terms[i], Other: terms[j])))
            .OrderBy(pair => (double)pair.One.Documents * pair.Other.Documents);

    private static string Quote(string term) => $"'{term.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";
}
