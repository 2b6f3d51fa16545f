namespace ConversationApi.Search.Models.Fitting;

/// <summary>Collects messages, and makes the matrix that a model is fitted on.</summary>
internal sealed class TermMatrix
{
    private const int FewestMessagesOfTerm = 2;
    private readonly List<(int[] Terms, int[] Counts)> _messages = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<int> _documents = [];

    public void Add(string[] terms, int[] counts)
    {
        var numbers = new int[terms.Length];
        for (var i = 0; i < terms.Length; i++)
        {
            if (!_numbers.TryGetValue(terms[i], out var number))
            {
                _numbers.Add(terms[i], number = _documents.Count);
                _documents.Add(0);
            }

            _documents[number]++;
            numbers[i] = number;
        }

        _messages.Add((numbers, counts));
    }

    /// <param name="mostTerms">The words of most messages are kept; who has a word alone is like nobody for it.</param>
    /// <returns>The words, their weights, and the matrix of weighted counts, each message of length one.</returns>
    public (string[] Terms, float[] Weights, SparseRows Matrix) Build(int mostTerms)
    {
        var kept = _numbers.Where(term => _documents[term.Value] >= FewestMessagesOfTerm)
            .OrderByDescending(term => _documents[term.Value]).ThenBy(term => term.Key, StringComparer.Ordinal).Take(mostTerms).ToArray();
        var columnOf = new int[_documents.Count];
        Array.Fill(columnOf, -1);
        for (var i = 0; i < kept.Length; i++)
            columnOf[kept[i].Value] = i;
        var weights = Weights(kept, columnOf);

        var starts = new int[_messages.Count + 1];
        List<int> columns = [];
        List<float> values = [];
        for (var row = 0; row < _messages.Count; row++)
        {
            var (terms, counts) = _messages[row];
            for (var i = 0; i < terms.Length; i++)
            {
                var column = columnOf[terms[i]];
                if (column < 0)
                    continue;
                columns.Add(column);
                values.Add(weights[column] * TermWeight.Local(counts[i]));
            }

            var own = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(values)[starts[row]..];
            var length = MathF.Sqrt(Dense.Dot(own, own));
            for (var i = 0; i < own.Length && length > 0; i++)
                own[i] /= length;
            starts[row + 1] = values.Count;
        }

        return ([.. kept.Select(term => term.Key)], weights, new([.. starts], [.. columns], [.. values], kept.Length));
    }

    private float[] Weights(KeyValuePair<string, int>[] kept, int[] columnOf)
    {
        var weights = new float[kept.Length];
        for (var i = 0; i < kept.Length; i++)
            weights[i] = MathF.Log((1f + _messages.Count) / _documents[kept[i].Value]);
        return weights;
    }
}
