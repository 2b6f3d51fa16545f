using MaintenanceWorker.Alerts;
using MaintenanceWorker.Monitoring;
using MaintenanceWorker.Operations;

namespace MaintenanceWorker.HealthReport;

internal static class HealthReportExtensions
{
    /// <summary>Adds the health report and the thresholds that it is judged by.</summary>
    /// <exception cref="InvalidOperationException">The file that <c>Alerts:File</c> names cannot be read.</exception>
    public static void AddHealthReport(this IHostApplicationBuilder builder)
    {
        builder.AddAlertsOptions();
        builder.AddServers();
        builder.Services.AddSingleton<HealthReporter>();
        builder.Services.AddOperation<ReportHealth>("health-report");
    }
}
