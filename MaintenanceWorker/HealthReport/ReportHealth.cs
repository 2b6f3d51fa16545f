using MaintenanceWorker.Operations;

namespace MaintenanceWorker.HealthReport;

internal sealed class ReportHealth(HealthReporter reporter) : IOperationHandler
{
    public async Task<OperationResult> RunAsync(OperationCall call, CancellationToken cancellationToken)
    {
        var report = await reporter.ReportAsync(call.Arguments.Flag("brief") ? ReportExtent.Judged : ReportExtent.Everything, cancellationToken);
        return OperationResult.Of(report, HealthReportJson.Default.DatabaseHealthReport,
            report.Alerts.Count switch { 0 => "All is well", 1 => report.Alerts[0], var number => $"{number} alerts" }, report.Alerts.Count > 0);
    }
}
