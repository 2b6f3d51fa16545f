using System.Security.Claims;
using ConversationData.Operations.Runs;
using MaintenanceWorker.Operations.Runs;
using Microsoft.AspNetCore.Http.HttpResults;
using OperationsCatalogue;
using ServiceDefaults.Authentication;
using ServiceDefaults.Problems;

namespace MaintenanceWorker.Operations.Http;

/// <summary>Runs: list, follow, read the log, cancel.</summary>
internal static class RunEndpoints
{
    private const int MaxPage = 100;
    private const int MaxLines = 1000;

    public static void MapRuns(this IEndpointRouteBuilder ops)
    {
        var runs = ops.MapGroup("/runs").WithTags("Runs");
        runs.MapGet("/", ListRuns).RequireScope(AccessScope.Read).WithName("ListRuns").WithSummary("List runs, the newest first.");
        runs.MapGet("/{id:guid}", GetRun).RequireScope(AccessScope.Read).WithName("GetRun").WithSummary("Show a run: how far it is, how it ended.");
        runs.MapGet("/{id:guid}/log", GetRunLog).RequireScope(AccessScope.Read).WithName("GetRunLog").WithSummary("Read a run's log, at most 1,000 lines at a time.");
        runs.MapPost("/{id:guid}/cancel", CancelRun).RequireScope(AccessScope.Admin).WithName("CancelRun").WithSummary("Ask a run to end.")
            .WithDescription("A queued run ends at once, one at work as soon as it can. One that has ended already is 409.");
    }

    private static async Task<Results<Ok<RunPage>, ValidationProblem>> ListRuns(
        RunReader runs, string? operation, string? state, string? cursor, string? limit, CancellationToken cancellationToken)
    {
        var count = 50;
        if (limit is not null && (!int.TryParse(limit, out count) || count is < 1 or > MaxPage))
            return Problem.Invalid("limit", $"A whole number from 1 to {MaxPage}.");
        if (operation is not null && Catalogue.Find(operation) is null)
            return Problem.Invalid("operation", "An operation's name; GET /ops lists them.");
        if (state is not null && RunStates.Find(state) is null)
            return Problem.Invalid("state", "One of queued, running, succeeded, failed, cancelled, interrupted.");
        var before = Guid.Empty;
        if (cursor is not null && !Guid.TryParse(cursor, out before))
            return Problem.Invalid("cursor", "nextCursor of the page before.");

        var found = await runs.ListAsync(operation, state is null ? null : RunStates.Find(state), cursor is null ? null : before, count + 1, cancellationToken);
        var page = found.Take(count).Select(RunView.Of).ToList();
        return TypedResults.Ok(new RunPage(page, found.Count > count ? page[^1].Id.ToString() : null));
    }

    private static async Task<Results<Ok<RunView>, ProblemHttpResult>> GetRun(Guid id, RunReader runs, CancellationToken cancellationToken) =>
        await runs.FindAsync(id, cancellationToken) is { } run ? TypedResults.Ok(RunView.Of(run)) : NotFound(id);

    private static async Task<Results<Ok<IReadOnlyList<RunLogLineView>>, ValidationProblem, ProblemHttpResult>> GetRunLog(Guid id, RunReader runs, string? after, CancellationToken cancellationToken)
    {
        var line = 0;
        if (after is not null && (!int.TryParse(after, out line) || line < 0))
            return Problem.Invalid("after", "The number of the last line that you have.");
        if (await runs.FindAsync(id, cancellationToken) is null)
            return NotFound(id);
        var lines = await runs.LogAsync(id, line, MaxLines, cancellationToken);
        return TypedResults.Ok<IReadOnlyList<RunLogLineView>>([.. lines.Select(l => new RunLogLineView(l.Line, l.LoggedAt, l.Level, l.Message))]);
    }

    private static async Task<Results<Ok<RunView>, ProblemHttpResult>> CancelRun(Guid id, RunReader runs, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (await runs.CancelAsync(id, user.Identity?.Name ?? "", cancellationToken) is not { } run)
            return NotFound(id);
        return RunStates.IsEnd(run.State) && run.State != RunState.Cancelled
            ? Problem.Of(ProblemTypes.Conflict, $"Run {id} has {RunStates.NameOf(run.State)} already.")
            : TypedResults.Ok(RunView.Of(run));
    }

    private static ProblemHttpResult NotFound(Guid id) => Problem.Of(ProblemTypes.NotFound, $"There is no run {id}. It may have been removed: old runs are, after Operations:KeepRuns.");
}
