using ConversationData.Queries;
using MaintenanceWorker.Operations;
using MaintenanceWorker.Operations.Runs;

namespace MaintenanceWorker.Queries;

internal sealed class ExplainQueries(QueryExplainer explainer) : IOperationHandler
{
    private static readonly IReadOnlyList<HotQuery> _queries =
    [
        .. HotQueries.All,
        new("run-claim", "What a worker that has time for a run asks every second", RunQueue.ClaimSql, "ops.ix_runs_unfinished", "SELECT 'nobody'") { Writes = true },
    ];

    public async Task<OperationResult> RunAsync(OperationCall call, CancellationToken cancellationToken)
    {
        var asked = call.Arguments.Text("query") is { } name ? _queries.Where(query => query.Name == name).ToList() : _queries;
        if (asked.Count == 0)
            throw new OperationFailedException($"There is no hot query '{call.Arguments.Text("query")}'. There are {string.Join(", ", _queries.Select(query => query.Name))}.");
        var views = new List<QueryView>();
        foreach (var query in asked)
            views.Add(await explainer.ExplainAsync(query, call.Arguments.Flag("analyze"), cancellationToken));
        var attention = views.Where(view => view.NeedsAttention).Select(view => view.Query).ToList();
        return OperationResult.Of<IReadOnlyList<QueryView>>(views, QueryJson.Default.IReadOnlyListQueryView,
            attention.Count == 0 ? $"{Counted.Of(views.Count, "query", "queries")}, each as it should be" : $"{Counted.Of(views.Count, "query", "queries")}, {attention.Count} to look at: {string.Join(", ", attention)}", attention.Count > 0);
    }
}
