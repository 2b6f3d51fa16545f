using System.Runtime.CompilerServices;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ServiceDefaults.Health;

/// <summary>Something that must be there before traffic comes, and that stays once it is: asked for until then, and never again.</summary>
internal sealed class Prerequisite(StrongBox<bool> isThere, Func<CancellationToken, Task<string?>> missing, HealthStatus whileUnknown) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (Volatile.Read(ref isThere.Value))
            return HealthCheckResult.Healthy();
        try
        {
            if (await missing(cancellationToken) is { } what)
                return HealthCheckResult.Unhealthy(what);
        }
        catch (Exception unknown) when (!cancellationToken.IsCancellationRequested)
        {
            return new(whileUnknown, "Nobody can say whether it is there.", unknown);
        }

        Volatile.Write(ref isThere.Value, true);
        return HealthCheckResult.Healthy();
    }
}
