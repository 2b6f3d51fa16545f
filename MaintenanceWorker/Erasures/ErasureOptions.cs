namespace MaintenanceWorker.Erasures;

/// <summary>Configuration section <c>Erasures</c>.</summary>
public sealed class ErasureOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Erasures";

    /// <summary>Where the copy of the ledger of erased leads lies: beside the backups, and not on the database's disks. Without it none is kept.</summary>
    public string? File { get; set; }
}
