namespace OperationsCatalogue.Declarations;

internal static class MigrationOperations
{
    public static readonly Operation[] All =
    [
        new("verify-database", "Compare tables, indexes, constraints, extensions and privileges with the model", "Running Migrations", OperationEffect.Reads, OperationScope.Read)
        {
            Description = "What MigrationRunner's verify does. Needs attention when a check fails.",
            Arguments = [new("all", ArgumentType.Flag, "Show checks that passed too") { Default = "false" }],
            IsHighlighted = true,
            Examples = ["verify-database", "verify-database --all true"],
        },
    ];
}
