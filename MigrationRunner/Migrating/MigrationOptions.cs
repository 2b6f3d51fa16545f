using System.ComponentModel.DataAnnotations;

namespace MigrationRunner.Migrating;

/// <summary>How careful and how patient a run is; configuration section <c>Migrations</c>.</summary>
public sealed class MigrationOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Migrations";

    /// <summary>How long to wait for a database that does not answer yet.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan WaitForDatabase { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long to wait for another run to end.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan WaitForOtherRun { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a statement may wait for a lock before the run gives up: whoever queues behind it waits as long.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan LockTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one statement of a migration may run.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan StatementTimeout { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Go on where the server refuses a restore point, as managed servers do that keep their own.</summary>
    public bool AllowWithoutRestorePoint { get; set; }
}
