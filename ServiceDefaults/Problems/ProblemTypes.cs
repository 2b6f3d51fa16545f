using Microsoft.AspNetCore.Http;

namespace ServiceDefaults.Problems;

/// <summary>The problems that every service can answer with.</summary>
public static class ProblemTypes
{
    /// <summary>A parameter or a field is wrong; <c>errors</c> names it.</summary>
    public static readonly ProblemType InvalidRequest = new("invalid-request", StatusCodes.Status400BadRequest, "The request is not valid");

    /// <summary>No key, or one that is not known, expired or revoked.</summary>
    public static readonly ProblemType Unauthenticated = new("unauthenticated", StatusCodes.Status401Unauthorized, "An API key is needed");

    /// <summary>The key may not do this.</summary>
    public static readonly ProblemType ScopeTooSmall = new("scope-too-small", StatusCodes.Status403Forbidden, "The API key may not do this");

    /// <summary>There is no such thing.</summary>
    public static readonly ProblemType NotFound = new("not-found", StatusCodes.Status404NotFound, "Not found");

    /// <summary>What was asked does not fit the state that things are in.</summary>
    public static readonly ProblemType Conflict = new("conflict", StatusCodes.Status409Conflict, "This does not fit the present state");

    /// <summary>The body, or one item of it, is larger than allowed.</summary>
    public static readonly ProblemType TooLarge = new("too-large", StatusCodes.Status413PayloadTooLarge, "Too large");

    /// <summary>The body is in a form that is not taken here.</summary>
    public static readonly ProblemType UnsupportedMediaType = new("unsupported-media-type", StatusCodes.Status415UnsupportedMediaType, "This form of body is not taken");

    /// <summary>The body is no JSON, or ends in the middle.</summary>
    public static readonly ProblemType MalformedJson = new("malformed-json", StatusCodes.Status400BadRequest, "This is no JSON");

    /// <summary>The database cannot be reached; the same request later will do.</summary>
    public static readonly ProblemType DatabaseUnavailable = new("database-unavailable", StatusCodes.Status503ServiceUnavailable, "The database cannot be reached");

    /// <summary>Nobody knows whether it was done; the same request again finds out, and does nothing twice.</summary>
    public static readonly ProblemType CommitInDoubt = new("commit-in-doubt", StatusCodes.Status503ServiceUnavailable, "The outcome is not known");

    /// <summary>Our fault.</summary>
    public static readonly ProblemType Internal = new("internal", StatusCodes.Status500InternalServerError, "Something went wrong here");
}
