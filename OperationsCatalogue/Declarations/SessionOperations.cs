namespace OperationsCatalogue.Declarations;

internal static class SessionOperations
{
    private const string Section = "Troubleshooting";

    private static readonly OperationArgument _idleFor = new("idle-for", ArgumentType.Duration, "Only sessions that have been idle for at least this long") { Default = "1h" };

    public static readonly Operation[] All =
    [
        new("list-idle-sessions", "List client sessions that have been idle for long, on every node", Section, OperationEffect.Reads, OperationScope.Read)
        {
            Arguments = [_idleFor],
            Examples = ["list-idle-sessions", "list-idle-sessions --idle-for 15m"],
        },
        new("end-idle-sessions", "End client sessions that have been idle for long", Section, OperationEffect.Changes, OperationScope.Admin)
        {
            Description = "Only client backends that are idle, outside of a transaction or, with in-transaction, inside of one: never the platform's own upkeep, never replication, never a backend that waits for a standby or holds an advisory lock, as a migration at work does. The client sees a broken connection and opens another.",
            Arguments =
            [
                _idleFor,
                new("in-transaction", ArgumentType.Flag, "Also sessions that are idle in a transaction, whose work is rolled back") { Default = "false" },
            ],
            SupportsDryRun = true,
            IsHighlighted = true,
            ConfirmationMessage = "Idle client sessions are ended. What they hold open outside of a transaction (temporary tables, LISTEN, prepared statements) is lost.",
            Examples = ["end-idle-sessions --dry-run", "end-idle-sessions --idle-for 8h"],
        },
    ];
}
