using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ConversationApi.Delivery.Sending;

/// <summary>Whether the provider refuses us at present. Mail waits then, and nobody would notice.</summary>
internal sealed class DeliveryFault : IHealthCheck
{
    private volatile string? _reason;

    /// <returns>True when that is news.</returns>
    public bool Set(string reason) => Interlocked.Exchange(ref _reason, reason) is null;

    /// <returns>True when there was one.</returns>
    public bool Clear() => _reason is not null && Interlocked.Exchange(ref _reason, null) is not null;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_reason is { } reason ? HealthCheckResult.Degraded(reason) : HealthCheckResult.Healthy());
}
