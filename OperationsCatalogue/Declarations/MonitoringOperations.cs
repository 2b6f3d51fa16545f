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
        new("health-report", "Report the database's health as the guide's monitoring script did", Section, OperationEffect.Reads, OperationScope.Read)
        {
            Description = "The fields are the script's: timestamp, metrics and alerts, with more beside them. Thresholds are configured under Alerts, or by the guide's alerts.yaml (Alerts:File). On the command line the exit code is 1 when there are alerts. While no primary answers only the bootstrap key can be checked (ApiKeys:Bootstrap), so whatever must be told of that needs it.",
            Arguments = [new("brief", ArgumentType.Flag, "Only what is judged: leaves out table sizes and the numbers of conversations, which are dear to count where tables are large") { Default = "false" }],
            WorksWithoutDatabase = true,
            IsHighlighted = true,
            Examples = ["health-report", "health-report --brief --json"],
        },
    ];
}
