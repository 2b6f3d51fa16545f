using OperationsCatalogue;

namespace MaintenanceWorker.Operations.Http;

/// <summary>An operation as the API lists it.</summary>
/// <param name="Name">Its name: the call is <c>/ops/name</c>.</param>
/// <param name="Summary">What it does.</param>
/// <param name="Method">GET for what only reads and answers at once, POST for the rest.</param>
/// <param name="Scope">read or admin.</param>
/// <param name="IsLong">Whether the call is answered with a run to follow.</param>
/// <param name="SupportsDryRun">Whether it can be asked what it would do.</param>
/// <param name="Arguments">What it takes.</param>
public sealed record OperationView(string Name, string Summary, string Method, string Scope, bool IsLong, bool SupportsDryRun, IReadOnlyList<OperationArgumentView> Arguments)
{
    internal static OperationView Of(Operation operation) => new(
        operation.Name, operation.Summary, operation.IsAnsweredAtOnce ? HttpMethods.Get : HttpMethods.Post, operation.Scope == OperationScope.Read ? "read" : "admin", operation.IsLong, operation.SupportsDryRun,
        [.. operation.Arguments.Select(a => new OperationArgumentView(a.Name, a.Type.ToString().ToLowerInvariant(), a.Description, a.IsRequired, a.Default, a.Choices))]);
}

/// <summary>An argument as the API lists it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">text, number, flag, duration, timestamp or choice.</param>
/// <param name="Description">What it means.</param>
/// <param name="IsRequired">Whether a call without it is refused.</param>
/// <param name="Default">The value when none is given.</param>
/// <param name="Choices">The values allowed; empty where any value of its type is.</param>
public sealed record OperationArgumentView(string Name, string Type, string Description, bool IsRequired, string? Default, IReadOnlyList<string> Choices);
