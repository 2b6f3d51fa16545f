using Pgvector;

namespace ConversationData.Embeddings;

/// <summary>What a message means to a model. A message without a row has not been embedded yet.</summary>
public sealed class MessageEmbedding
{
    /// <summary>The message.</summary>
    public Guid MessageId { get; set; }

    /// <summary>The model; several live side by side while one replaces another.</summary>
    public int ModelId { get; set; }

    /// <summary>The conversation of the message.</summary>
    public Guid ConversationId { get; set; }

    /// <summary>As many half-precision numbers as the model has dimensions; never all zero.</summary>
    public HalfVector Embedding { get; set; } = null!;
}
