namespace OperationsCatalogue.Declarations;

internal static class MonitoringOperations
{
    private const string Section = "Monitoring & Alerts";

    public static readonly Operation[] All =
    [
        new("status", "Show each node of the cluster: role, timeline, replication lag, and what it says of itself", Section, OperationEffect.Reads, OperationScope.Read)
        {
            Description = "Every node is asked over SQL, and over its control API where the worker knows one. A node that does not answer is shown as such. Needs attention when no node takes writes, when more than one does, or when a node is down or does not stream.",
            IsHighlighted = true,
            Examples = ["status"],
        },
        new("health-report", "Report on connections, table sizes, slow statements, unused indexes and conversations, and what exceeds its threshold", Section, OperationEffect.Reads, OperationScope.Read)
        {
            Description = "Has the shape of the guide's monitor_db.py: timestamp, metrics, alerts. Needs attention when there are alerts, so that a cron job that looked at the script's exit code can look at this one's.",
            IsHighlighted = true,
            Examples = ["health-report"],
        },
    ];
}
