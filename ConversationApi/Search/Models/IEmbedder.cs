using Pgvector;

namespace ConversationApi.Search.Models;

/// <summary>Makes vectors of texts.</summary>
internal interface IEmbedder
{
    /// <summary>The model's row.</summary>
    int ModelId { get; }

    /// <summary>One for each text, in their order; null for a text that means nothing to the model, never a zero vector.</summary>
    /// <exception cref="EmbeddingFailedException">Try again later.</exception>
    Task<IReadOnlyList<HalfVector?>> EmbedAsync(IReadOnlyList<IndexedText> texts, CancellationToken cancellationToken);
}
