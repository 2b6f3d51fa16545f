using ServiceDefaults.Problems;

namespace ConversationApi.RateLimiting;

/// <summary>What a key that asks too often is told.</summary>
public static class RateLimitProblems
{
    /// <summary>The key has made as many requests of this kind as it may for now.</summary>
    public static readonly ProblemType RateLimited = new("rate-limited", StatusCodes.Status429TooManyRequests, "Too many requests");
}
