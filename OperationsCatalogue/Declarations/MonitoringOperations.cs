namespace OperationsCatalogue.Declarations;

internal static class MonitoringOperations
{
    public static IReadOnlyList<Operation> All { get; } =
    [
        new("health-report", "Report the database's health as the guide's monitoring script did", "Monitoring & Alerts", OperationEffect.Reads, OperationScope.Read)
        {
            Description = "The fields are the script's: timestamp, metrics and alerts, with more beside them. Thresholds are configured under Alerts, or by the guide's alerts.yaml "
                + "(Alerts:File). On the command line the exit code is 1 when there are alerts.",
            WorksWithoutDatabase = true, IsHighlighted = true,
            Examples = ["health-report", "health-report --json"],
        },
    ];
}
