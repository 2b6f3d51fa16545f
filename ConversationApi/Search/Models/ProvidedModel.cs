using Pgvector;

namespace ConversationApi.Search.Models;

/// <summary>A model of the configured provider.</summary>
internal sealed class ProvidedModel(int modelId, int dimensions, EmbeddingProvider provider) : IEmbedder
{
    public int ModelId => modelId;

    public Task<IReadOnlyList<HalfVector?>> EmbedAsync(IReadOnlyList<IndexedText> texts, CancellationToken cancellationToken) =>
        provider.EmbedAsync([.. texts.Select(text => text.Text)], dimensions, cancellationToken);
}
