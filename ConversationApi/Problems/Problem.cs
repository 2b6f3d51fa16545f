using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace ConversationApi.Problems;

/// <summary>Makes problem+json of a <see cref="ProblemTypes">type</see>.</summary>
internal static class Problem
{
    public static ProblemHttpResult Of(string type, string detail) => TypedResults.Problem(Details(type, detail));

    public static ProblemDetails Details(string type, string detail)
    {
        var (status, title) = Describe(type);
        return new() { Type = type, Status = status, Title = title, Detail = detail };
    }

    /// <summary>A parameter that cannot be understood.</summary>
    public static ValidationProblem Invalid(string parameter, string message) => TypedResults.ValidationProblem(
        new Dictionary<string, string[]> { [parameter] = [message] }, type: ProblemTypes.InvalidRequest, title: Describe(ProblemTypes.InvalidRequest).Title);

    /// <summary>The type of what the framework answers by a status alone.</summary>
    public static string TypeOf(int? status) => status switch
    {
        StatusCodes.Status401Unauthorized => ProblemTypes.Unauthenticated,
        StatusCodes.Status403Forbidden => ProblemTypes.ScopeTooSmall,
        StatusCodes.Status404NotFound => ProblemTypes.NotFound,
        StatusCodes.Status413PayloadTooLarge => ProblemTypes.TooLarge,
        StatusCodes.Status415UnsupportedMediaType => ProblemTypes.UnsupportedMediaType,
        StatusCodes.Status503ServiceUnavailable => ProblemTypes.DatabaseUnavailable,
        >= 400 and < 500 => ProblemTypes.InvalidRequest,
        _ => ProblemTypes.Internal,
    };

    private static (int Status, string Title) Describe(string type) => type switch
    {
        ProblemTypes.Unauthenticated => (StatusCodes.Status401Unauthorized, "An API key is needed"),
        ProblemTypes.ScopeTooSmall => (StatusCodes.Status403Forbidden, "The API key may not do this"),
        ProblemTypes.NotFound => (StatusCodes.Status404NotFound, "Not found"),
        ProblemTypes.TooLarge or ProblemTypes.BatchTooLong => (StatusCodes.Status413PayloadTooLarge, "Too large"),
        ProblemTypes.UnsupportedMediaType => (StatusCodes.Status415UnsupportedMediaType, "This form of body is not taken"),
        ProblemTypes.NotMail => (StatusCodes.Status422UnprocessableEntity, "This is no mail"),
        ProblemTypes.Unstorable => (StatusCodes.Status422UnprocessableEntity, "This cannot be stored"),
        ProblemTypes.DatabaseUnavailable => (StatusCodes.Status503ServiceUnavailable, "The database cannot be reached"),
        ProblemTypes.CommitInDoubt => (StatusCodes.Status503ServiceUnavailable, "The outcome is not known"),
        ProblemTypes.Internal => (StatusCodes.Status500InternalServerError, "Something went wrong here"),
        ProblemTypes.MalformedJson => (StatusCodes.Status400BadRequest, "This is no JSON"),
        _ => (StatusCodes.Status400BadRequest, "The request is not valid"),
    };
}
