namespace ConversationData.Operations.Keys;

/// <summary>What a key may do; the PostgreSQL type is <c>ops.api_scope</c>.</summary>
public enum ApiScope
{
    /// <summary>Read.</summary>
    Read,

    /// <summary>Read and change conversations.</summary>
    Write,

    /// <summary>Everything, keys and operations too.</summary>
    Admin,
}
