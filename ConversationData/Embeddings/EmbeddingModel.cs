namespace ConversationData.Embeddings;

/// <summary>A model that made vectors. Its id is written into the definition of the index on its vectors.</summary>
public sealed class EmbeddingModel
{
    /// <summary>Small number, 1 and up.</summary>
    public int Id { get; set; }

    /// <summary>Name and version, unique.</summary>
    public string Name { get; set; } = "";

    /// <summary>Length of its vectors, 1 to 4,000: what an HNSW index on halfvec can hold.</summary>
    public int Dimensions { get; set; }

    /// <summary>When it was first used.</summary>
    public DateTimeOffset CreatedAt { get; set; }
}
