namespace ConversationApi.Problems;

/// <summary>The stable <c>type</c> of every problem that the API answers with.</summary>
public static class ProblemTypes
{
    private const string Prefix = "urn:conversation-platform:problem:";

    /// <summary>A parameter or a field is wrong; <c>errors</c> names it.</summary>
    public const string InvalidRequest = Prefix + "invalid-request";

    /// <summary>No key, or one that is not known, expired or revoked.</summary>
    public const string Unauthenticated = Prefix + "unauthenticated";

    /// <summary>The key may not do this.</summary>
    public const string ScopeTooSmall = Prefix + "scope-too-small";

    /// <summary>There is no such thing.</summary>
    public const string NotFound = Prefix + "not-found";

    /// <summary>The body, or one message of it, is larger than allowed.</summary>
    public const string TooLarge = Prefix + "too-large";

    /// <summary>The body is in a form that is not taken here.</summary>
    public const string UnsupportedMediaType = Prefix + "unsupported-media-type";

    /// <summary>The body is no JSON, or ends in the middle.</summary>
    public const string MalformedJson = Prefix + "malformed-json";

    /// <summary>JSON, but no mail in the form of Postmark's webhook.</summary>
    public const string NotMail = Prefix + "not-mail";

    /// <summary>The batch has more messages than allowed.</summary>
    public const string BatchTooLong = Prefix + "batch-too-long";

    /// <summary>The database cannot be reached; the same request later will do.</summary>
    public const string DatabaseUnavailable = Prefix + "database-unavailable";

    /// <summary>Nobody knows whether it was stored; the same request again finds out, and stores nothing twice.</summary>
    public const string CommitInDoubt = Prefix + "commit-in-doubt";

    /// <summary>The database does not take this row.</summary>
    public const string Unstorable = Prefix + "unstorable";

    /// <summary>Our fault.</summary>
    public const string Internal = Prefix + "internal";
}
