namespace ConversationApi.RateLimiting;

/// <summary>Requests that are counted together.</summary>
internal enum RateLimit
{
    /// <summary>Looks.</summary>
    Read,

    /// <summary>Costs a draft.</summary>
    Regenerate,

    /// <summary>Sends mail.</summary>
    Send,
}
