using Microsoft.Extensions.Diagnostics.HealthChecks;
using PostgresNode.Cluster;

namespace PostgresNode.Control;

/// <summary>A primary is healthy when it answers, a replica when WAL streams in.</summary>
internal sealed class ServerHealthCheck(NodeState state, TimeProvider time) : IHealthCheck
{
    // The server is asked once a second; a hung one stays silent.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var reason = state.Describe().State;
        if (state.Phase != NodePhase.Running || state.Server is not { } server)
            return Task.FromResult(HealthCheckResult.Unhealthy(reason));
        if (time.GetUtcNow() - server.At > Silence)
            return Task.FromResult(HealthCheckResult.Unhealthy("PostgreSQL runs but has not answered for more than 5 seconds."));
        return Task.FromResult(server.Facts is { Role: NodeRole.Primary } or { Streaming: true }
            ? HealthCheckResult.Healthy(reason) : HealthCheckResult.Unhealthy(reason));
    }
}
