using Pgvector;

namespace ConversationData.Embeddings;

/// <summary>What a word means to a model that was fitted here.</summary>
public sealed class EmbeddingModelTerm
{
    /// <summary>The model.</summary>
    public int ModelId { get; set; }

    /// <summary>The word's stem.</summary>
    public string Term { get; set; } = "";

    /// <summary>How much one occurrence of it says.</summary>
    public float Weight { get; set; }

    /// <summary>As many numbers as the model has dimensions.</summary>
    public HalfVector Embedding { get; set; } = null!;
}
