using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MaintenanceWorker.Alerts;

/// <summary>Degraded while there are findings that matter, or while nobody knows: the worker does its work, the database is what needs attention.</summary>
internal sealed class FindingsCheck(FindingsWatch watch) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (watch.IsBlind)
            return Task.FromResult(HealthCheckResult.Degraded("The database has not been looked at for longer than a look takes; the worker's log says why."));
        var findings = watch.Last?.Findings.Where(finding => finding.Severity > AlertSeverity.Info).ToArray() ?? [];
        return Task.FromResult(findings.Length == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded(string.Join("; ", findings.AsEnumerable())));
    }
}
