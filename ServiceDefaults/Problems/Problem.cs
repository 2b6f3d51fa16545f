using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace ServiceDefaults.Problems;

/// <summary>Makes problem+json of a <see cref="ProblemType"/>.</summary>
public static class Problem
{
    /// <summary>The answer.</summary>
    /// <param name="type">What kind of problem.</param>
    /// <param name="detail">What happened and what to do, in a sentence or two.</param>
    public static ProblemHttpResult Of(ProblemType type, string detail) => TypedResults.Problem(Details(type, detail));

    /// <summary>The same without the answer around it.</summary>
    /// <param name="type">What kind of problem.</param>
    /// <param name="detail">What happened and what to do, in a sentence or two.</param>
    public static ProblemDetails Details(ProblemType type, string detail)
    {
        ArgumentNullException.ThrowIfNull(type);
        return new() { Type = type.Uri, Status = type.Status, Title = type.Title, Detail = detail };
    }

    /// <summary>A parameter that cannot be understood.</summary>
    /// <param name="parameter">Its name as the client wrote it.</param>
    /// <param name="message">What would be right.</param>
    public static ValidationProblem Invalid(string parameter, string message) =>
        Invalid(new Dictionary<string, string[]> { [parameter] = [message] });

    /// <summary>Several parameters that cannot be understood.</summary>
    /// <param name="errors">What would be right, by name.</param>
    public static ValidationProblem Invalid(IDictionary<string, string[]> errors) =>
        TypedResults.ValidationProblem(errors, type: ProblemTypes.InvalidRequest.Uri, title: ProblemTypes.InvalidRequest.Title);

    /// <summary>The type of what the framework answers by a status alone.</summary>
    internal static ProblemType TypeOf(int? status) => status switch
    {
        StatusCodes.Status401Unauthorized => ProblemTypes.Unauthenticated,
        StatusCodes.Status403Forbidden => ProblemTypes.ScopeTooSmall,
        StatusCodes.Status404NotFound => ProblemTypes.NotFound,
        StatusCodes.Status409Conflict => ProblemTypes.Conflict,
        StatusCodes.Status413PayloadTooLarge => ProblemTypes.TooLarge,
        StatusCodes.Status415UnsupportedMediaType => ProblemTypes.UnsupportedMediaType,
        StatusCodes.Status503ServiceUnavailable => ProblemTypes.DatabaseUnavailable,
        >= 400 and < 500 => ProblemTypes.InvalidRequest,
        _ => ProblemTypes.Internal,
    };
}
