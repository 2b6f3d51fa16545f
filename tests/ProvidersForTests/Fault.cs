namespace ProvidersForTests;

/// <summary>How a provider can fail.</summary>
public enum Fault
{
    /// <summary>429 with Retry-After: 1. Nothing was done.</summary>
    TooManyRequests,

    /// <summary>500. Nothing was done.</summary>
    ServerError,

    /// <summary>It is done, but the answer takes longer than anybody waits: it never comes.</summary>
    NoAnswer,

    /// <summary>It is done, but the answer ends in the middle.</summary>
    CutMidBody,

    /// <summary>It is done, but the answer is no JSON.</summary>
    MalformedJson,

    /// <summary>The connection is closed before anything is done.</summary>
    Refused,
}
