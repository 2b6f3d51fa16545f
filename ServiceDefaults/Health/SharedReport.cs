using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace ServiceDefaults.Health;

/// <summary>The report of an endpoint's checks: made once for all who ask at the same time or a moment later, so that a flood of probes costs no more than one.</summary>
internal sealed class SharedReport(HealthCheckService checks, Func<HealthCheckRegistration, bool> selects, TimeSpan validity, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private readonly Lock _lock = new();
    private Task<HealthReport>? _report;
    private bool _ofStopping;
    private long _endedAt;

    public Task<HealthReport> AskAsync()
    {
        var stopping = lifetime.ApplicationStopping.IsCancellationRequested;
        lock (_lock)
        {
            // Who stops says so at once, whatever was true a moment ago.
            if (_report is null || _ofStopping != stopping || (_report.IsCompleted && time.GetElapsedTime(_endedAt) >= validity))
                (_report, _ofStopping) = (Task.Run(CheckAsync), stopping);
            return _report;
        }
    }

    private async Task<HealthReport> CheckAsync()
    {
        try
        {
            // Not cancelled by a prober that hangs up: a check that was only slow, as at a cold start, would be logged as failed.
            return await checks.CheckHealthAsync(selects, CancellationToken.None);
        }
        finally
        {
            _endedAt = time.GetTimestamp();
        }
    }
}
