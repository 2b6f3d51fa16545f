namespace ConversationApi.Search.Models;

/// <summary>How much words say, for latent semantic analysis.</summary>
internal static class TermWeight
{
    /// <summary>More of the same says less and less more.</summary>
    public static float Local(int count) => 1 + MathF.Log(count);
}
