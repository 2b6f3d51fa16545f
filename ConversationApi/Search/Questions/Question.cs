namespace ConversationApi.Search.Questions;

/// <summary>What is searched for, and what is known of all messages.</summary>
/// <param name="Words">All its words.</param>
/// <param name="Terms">Those that say most, the rarest first.</param>
/// <param name="Messages">How many messages there are, about.</param>
/// <param name="AverageLength">How many words they have on average.</param>
/// <param name="ModelId">The embedding model in use; null when there is none.</param>
internal sealed record Question(IReadOnlyList<QuestionTerm> Words, IReadOnlyList<QuestionTerm> Terms, long Messages, double AverageLength, int? ModelId)
{
    /// <summary>What a word's occurrence is worth: BM25's inverse document frequency, never negative.</summary>
    public double WeightOf(QuestionTerm term)
    {
        // Statistics may lag behind, or not be there yet: a word never occurs in more messages than there are.
        double some = Math.Max(1, term.Documents), all = Math.Max(Messages, some);
        return term.Count * Math.Log(1 + ((all - some + 0.5) / (some + 0.5)));
    }

    /// <summary>What a text of average length would get that has the words as often as the question.</summary>
    /// <param name="k1">BM25's.</param>
    public double OwnScore(double k1) => Terms.Sum(term => WeightOf(term) * term.Count * (k1 + 1) / (term.Count + k1));
}
