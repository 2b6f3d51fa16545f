using System.Security.Claims;
using MaintenanceWorker.Operations.Runs;
using Microsoft.AspNetCore.Http.HttpResults;
using OperationsCatalogue;
using ServiceDefaults.Authentication;
using ServiceDefaults.Problems;

namespace MaintenanceWorker.Operations.Http;

/// <summary>One endpoint an operation, made from the catalogue.</summary>
internal static class OperationEndpoints
{
    private const int MaxKeyLength = 200;
    private static readonly string[] _callers = ["http", "cli", "dashboard"];

    public static void MapOperations(this IEndpointRouteBuilder ops)
    {
        ops.MapGet("/", () => TypedResults.Ok<IReadOnlyList<OperationView>>([.. Catalogue.Operations.Select(OperationView.Of)]))
            .RequireScope(AccessScope.Read).WithName("ListOperations").WithSummary("List what can be done.").WithTags("Operations");
        foreach (var operation in Catalogue.Operations)
        {
            var endpoint = operation.IsAnsweredAtOnce
                ? ops.MapGet(operation.Name, (HttpContext context, OperationRunner runner) => AnswerAsync(operation, context, runner))
                : ops.MapPost(operation.Name, (HttpContext context, OperationRunner runner, TimeProvider time) => RunAsync(operation, context, runner, time));
            endpoint.RequireScope(operation.Scope == OperationScope.Read ? AccessScope.Read : AccessScope.Admin)
                .WithName(operation.Name).WithSummary($"{operation.Summary}.").WithDescription(operation.Description).WithTags("Operations")
                .AddOpenApiOperationTransformer((document, _, _) => OperationDocument.DescribeAsync(document, operation));
        }
    }

    private static async Task<IResult> AnswerAsync(Operation operation, HttpContext context, OperationRunner runner)
    {
        var given = context.Request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
        if (operation.Check(given) is { Count: > 0 } errors)
            return Invalid(errors);
        var result = await runner.AnswerAsync(operation, new(operation, given), NameOf(context.User), ThroughOf(context.Request), context.RequestAborted);
        Describe(context.Response, result.Summary, result.NeedsAttention);
        return TypedResults.Ok(result.Value);
    }

    private static async Task<IResult> RunAsync(Operation operation, HttpContext context, OperationRunner runner, TimeProvider time)
    {
        var hasBody = context.Request.ContentLength is > 0 || context.Request.Headers.TransferEncoding.Count > 0;
        if (hasBody && !context.Request.HasJsonContentType())
            return Problem.Of(ProblemTypes.UnsupportedMediaType, "Send the arguments as application/json, or no body at all.");
        var body = hasBody
            ? await context.Request.ReadFromJsonAsync(OperationsJson.Default.OperationRequest, context.RequestAborted)
            : null;
        var given = body?.Arguments ?? new Dictionary<string, string>();
        if (operation.Check(given) is { Count: > 0 } errors)
            return Invalid(errors);
        if (body is { DryRun: true } && !operation.SupportsDryRun)
            return Problem.Invalid("dryRun", $"{operation.Name} cannot say what it would do; it has no dry run.");
        var key = context.Request.Headers[OperationHeaders.IdempotencyKey].ToString() is { Length: > 0 } text ? text : null;
        if (key?.Length > MaxKeyLength)
            return Problem.Invalid(OperationHeaders.IdempotencyKey, $"At most {MaxKeyLength} characters.");

        var run = new NewRun(Guid.CreateVersion7(time.GetUtcNow()), operation, new(operation, given), body?.DryRun ?? false, NameOf(context.User), ThroughOf(context.Request)) { IdempotencyKey = key };
        return operation.IsLong ? await QueueAsync(run, context, runner) : await DoAsync(run, context, runner);
    }

    private static async Task<IResult> QueueAsync(NewRun run, HttpContext context, OperationRunner runner)
    {
        var (recorded, isNew) = await runner.QueueAsync(run, context.RequestAborted);
        var view = RunView.Of(recorded);
        return !isNew && !IsSame(run, view) ? Problem.Of(OperationProblems.KeyReused, $"It was used for run {view.Id} of {view.Operation}.")
            : TypedResults.Accepted($"/ops/runs/{view.Id}", view);
    }

    private static async Task<IResult> DoAsync(NewRun run, HttpContext context, OperationRunner runner)
    {
        var (recorded, outcome) = await runner.DoAsync(run, context.RequestAborted);
        var view = recorded is null ? null : RunView.Of(recorded);
        if (outcome is null)
            return IsSame(run, view!) ? Again(view!) : Problem.Of(OperationProblems.KeyReused, $"It was used for run {view!.Id} of {view.Operation}.");
        if (outcome.Result is null)
            return OperationProblems.Of(outcome.Error!);
        Describe(context.Response, outcome.Result.Summary, outcome.Result.NeedsAttention);
        // The record masks what is shown once; the caller gets it.
        return TypedResults.Ok((view ?? Unrecorded(run)) with { Result = outcome.Result.Value, Summary = outcome.Result.Summary, State = RunStates.NameOf(outcome.State) });
    }

    /// <summary>The same answer as the first time, as far as the record has it.</summary>
    private static IResult Again(RunView recorded) => recorded switch
    {
        { FinishedAt: null } => TypedResults.Accepted($"/ops/runs/{recorded.Id}", recorded),
        { Error: { } error } => OperationProblems.Of(error),
        _ => TypedResults.Ok(recorded),
    };

    private static RunView Unrecorded(NewRun run) => new(run.Id, run.Operation.Name, run.Arguments.ForRecord, run.DryRun, "", run.RequestedBy, run.RequestedThrough,
        default, null, null, null, null, null, null, null, null, null, false, null, null, null);

    private static bool IsSame(NewRun run, RunView recorded) => run.IsSameAs(recorded.Operation, recorded.DryRun, recorded.Arguments);

    private static void Describe(HttpResponse response, string summary, bool needsAttention)
    {
        response.Headers[OperationHeaders.Summary] = Uri.EscapeDataString(summary);
        response.Headers[OperationHeaders.NeedsAttention] = needsAttention ? "true" : "false";
        response.Headers.CacheControl = "no-store";
    }

    private static ValidationProblem Invalid(IReadOnlyDictionary<string, string> errors) => Problem.Invalid(errors.ToDictionary(error => error.Key, error => new[] { error.Value }));

    private static string NameOf(ClaimsPrincipal user) => user.Identity?.Name ?? "";

    private static string ThroughOf(HttpRequest request) =>
        request.Headers[OperationHeaders.RequestedThrough].ToString() is var through && _callers.Contains(through) ? through : _callers[0];
}
