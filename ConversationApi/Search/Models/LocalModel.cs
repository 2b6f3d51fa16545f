using Pgvector;

namespace ConversationApi.Search.Models;

/// <summary>Latent semantic analysis that was fitted on our own mail: a text's vector is the weighted sum of its words'.</summary>
/// <param name="modelId">The model's row.</param>
/// <param name="dimensions">Length of its vectors.</param>
/// <param name="rows">The place of each word it knows.</param>
/// <param name="weights">By place.</param>
/// <param name="vectors">By place, one after the other.</param>
internal sealed class LocalModel(int modelId, int dimensions, IReadOnlyDictionary<string, int> rows, float[] weights, float[] vectors) : IEmbedder
{
    private const float Nothing = 1e-6f;

    public int ModelId => modelId;

    public Task<IReadOnlyList<HalfVector?>> EmbedAsync(IReadOnlyList<IndexedText> texts, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<HalfVector?>>([.. texts.Select(text => Embed(text.Terms.Zip(text.Counts)))]);

    /// <summary>Null when it knows none of the words.</summary>
    public HalfVector? Embed(IEnumerable<(string Term, int Count)> words)
    {
        var sum = new float[dimensions];
        foreach (var (term, count) in words)
            if (rows.TryGetValue(term, out var row))
                Dense.AddScaled(sum, vectors.AsSpan(row * dimensions, dimensions), weights[row] * TermWeight.Local(count));

        // Length one, so that no number is too small or too large for half precision.
        var length = MathF.Sqrt(Dense.Dot(sum, sum));
        return length > Nothing ? new(Array.ConvertAll(sum, number => (Half)(number / length))) : null;
    }
}
