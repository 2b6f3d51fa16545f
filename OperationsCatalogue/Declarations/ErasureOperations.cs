namespace OperationsCatalogue.Declarations;

internal static class ErasureOperations
{
    private const string Section = "Backup & Restore";

    public static readonly Operation[] All =
    [
        new("export-erasures", "Copy the ledger of erased leads to the file that lies beside the backups", Section, OperationEffect.Changes, OperationScope.Admin)
        {
            Description = "The file is Erasures:File, on the worker's machine. It holds a hash of each address and the moment of its erasure, never an address. What is in the file stays in it, whatever the database has lost. Put it on the schedule: an erasure that is not in the file is forgotten by a restore.",
            IsLong = true,
            IsExclusive = true,
            Examples = ["export-erasures"],
        },
        new("replay-erasures", "Erase again the leads that a restore brought back", Section, OperationEffect.Changes, OperationScope.Admin)
        {
            Description = "After a restore, before anybody works with it: bring the schema to its version (MigrationRunner upgrade), then run this. It reads the file that export-erasures wrote, looks once at every address in conversations, messages and their headers, mail that was set aside and row history, and erases whoever is in the ledger, as far as it was stored before the erasure. What a lead wrote later stays. A second time changes nothing.",
            IsLong = true,
            IsExclusive = true,
            SupportsDryRun = true,
            ConfirmationMessage = "Leads that were erased once are erased again, with their mail and its history. It cannot be taken back.",
            Examples = ["replay-erasures --dry-run", "replay-erasures"],
        },
    ];
}
