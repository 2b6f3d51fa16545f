namespace ConversationApi.Search.Models;

/// <summary>Who makes vectors.</summary>
public enum EmbeddingSource
{
    /// <summary>The provider, where there is a key; otherwise the model that is fitted here.</summary>
    Auto,

    /// <summary>The model that is fitted here.</summary>
    Local,

    /// <summary>Nobody: search is by words alone.</summary>
    None,
}
