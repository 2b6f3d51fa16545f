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

    /// <summary>Whether it was fitted here, on our own mail.</summary>
    public bool IsLocal { get; set; }

    /// <summary>Whether search uses it; one at most. The others are being built, or are retired.</summary>
    public bool IsCurrent { get; set; }

    /// <summary>How many messages there were when it was fitted.</summary>
    public long? FittedOn { get; set; }

    /// <summary>Since when another one has its place; soon its vectors are deleted.</summary>
    public DateTimeOffset? RetiredAt { get; set; }
}
