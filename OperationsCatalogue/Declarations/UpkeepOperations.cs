namespace OperationsCatalogue.Declarations;

internal static class UpkeepOperations
{
    private const string Section = "Performance Optimization";

    public static readonly Operation[] All =
    [
        new("vacuum-analyze", "Remove dead rows from tables and refresh the planner's statistics", Section, OperationEffect.Changes, OperationScope.Admin)
        {
            Description = "VACUUM (ANALYZE) on one table after the other, while everybody goes on working. The daily job of the schedule. A table that is locked by somebody for longer than lock-timeout is left out, and named in the result.",
            Arguments =
            [
                new("table", ArgumentType.Text, "Only this table, as schema.table; all of the platform's tables without it"),
                new("lock-timeout", ArgumentType.Duration, "How long to wait for a table that is locked") { Default = "10s" },
            ],
            IsLong = true,
            IsExclusive = true,
            SupportsDryRun = true,
            IsHighlighted = true,
            Examples = ["vacuum-analyze", "vacuum-analyze --table public.conversations --dry-run"],
        },
    ];
}
