using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ServiceDefaults.Health;

/// <summary>Something that must be there before traffic comes, and that stays once it is: asked for until then, and never again.</summary>
internal sealed class Prerequisite(Func<CancellationToken, Task<string?>> missing, HealthStatus whileUnknown) : IHealthCheck
{
    private volatile bool _isThere;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (_isThere)
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

        _isThere = true;
        return HealthCheckResult.Healthy();
    }
}
