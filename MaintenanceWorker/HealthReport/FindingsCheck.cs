using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MaintenanceWorker.HealthReport;

/// <summary>Degraded while there are findings that matter: the worker does its work, the database is what needs attention.</summary>
internal sealed class FindingsCheck(FindingsWatch watch) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var findings = watch.Last?.Findings.Where(finding => finding.Severity > AlertSeverity.Info).ToArray() ?? [];
        return Task.FromResult(findings.Length == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded(string.Join("; ", findings.AsEnumerable())));
    }
}
