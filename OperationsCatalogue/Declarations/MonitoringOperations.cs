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
    ];
}
