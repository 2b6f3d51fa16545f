using AppHost.Postgres.Nodes;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AppHost.Postgres.Health;

/// <summary>The cluster is healthy while exactly one node leads; what its replicas do is said on the nodes, since no service has to wait for them.</summary>
internal sealed class PrimaryHealthCheck(PostgresClusterResource cluster, NodeControl control) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (cluster.External is not null)
        {
            return HealthCheckResult.Healthy("Run by somebody else; the services say whether they reach it.");
        }

        var answers = await Task.WhenAll(cluster.Nodes.Select(async node => (node.Name, Status: await control.StatusAsync(cluster, node, cancellationToken))));
        var primaries = answers.Where(answer => answer.Status is { Role: "Primary", Phase: "Running", LastAnswerSeconds: null or < 5 }).ToArray();
        var streaming = answers.Count(answer => answer.Status is { Role: "Replica", Streaming: true });
        return primaries.Length switch
        {
            1 => HealthCheckResult.Healthy($"{primaries[0].Name} leads; replicas that stream from it: {streaming} of {cluster.Nodes.Count - 1}."),
            0 => HealthCheckResult.Unhealthy($"No node leads. {string.Join(" ", answers.Select(answer => $"{answer.Name}: {answer.Status?.State ?? "does not answer."}"))}"),
            _ => HealthCheckResult.Unhealthy($"{string.Join(" and ", primaries.Select(primary => primary.Name))} both lead: stop the one with the older timeline."),
        };
    }
}
