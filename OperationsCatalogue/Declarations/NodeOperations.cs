namespace OperationsCatalogue.Declarations;

internal static class NodeOperations
{
    public static readonly Operation[] All =
    [
        new("restart-node", "Restart PostgreSQL on a node", "High Availability", OperationEffect.Changes, OperationScope.Admin)
        {
            Description = "A fast restart through the node's control API: sessions on that node end, nothing that was committed is lost. Works without the database, so it can be asked for when that is what is broken; then with the bootstrap key (ApiKeys:Bootstrap), the only one that can be checked without it.",
            Arguments = [new("node", ArgumentType.Text, "The node's name, as status shows it") { IsRequired = true }],
            WorksWithoutDatabase = true,
            SupportsDryRun = true,
            ConfirmationMessage = "PostgreSQL on this node restarts: sessions on it end and, if it is the primary, nothing can be written for some seconds.",
            Examples = ["restart-node --node postgres-2 --dry-run", "restart-node --node postgres-2"],
        },
    ];
}
