using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PostgresNode.Control;

/// <summary>A primary is healthy when it answers, a replica when WAL streams in.</summary>
internal sealed class ServerHealthCheck(NodeState state) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var reason = state.Describe().State;
        if (state.Phase != NodePhase.Running || state.Server is not { } server)
            return Task.FromResult(HealthCheckResult.Unhealthy(reason));
        if (state.IsServerSilent)
            return Task.FromResult(HealthCheckResult.Unhealthy(reason));
        return Task.FromResult(server.Facts is { Role: NodeRole.Primary } or { Streaming: true }
            ? HealthCheckResult.Healthy(reason) : HealthCheckResult.Unhealthy(reason));
    }
}
