using System.ComponentModel.DataAnnotations;

namespace MaintenanceWorker.Monitoring;

/// <summary>How often the servers are looked at, and how much of them is kept; bound from <c>Monitoring</c>.</summary>
public sealed class MonitoringOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Monitoring";

    /// <summary>Time between two looks at a server, 1 second to 10 minutes; 15 seconds by default.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Time between two looks at what is dearer (sizes, bloat, counts of rows), from <see cref="Interval"/> to 1 hour; 60 seconds by default.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan SlowInterval { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The greatest share of time that one of the dearer looks may take, above 0 to 1; 0.01 by default. Where tables grow it is done less often instead.
    /// </summary>
    [Range(0.0001, 1)]
    public double MaxShare { get; set; } = 0.01;

    /// <summary>How long a server may take to let a session in, 100 milliseconds to 1 minute; 3 seconds by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long one statement may take, 100 milliseconds to 1 minute; 5 seconds by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan StatementTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The largest tables with series of their own, 1 to 10000; 200 by default. What is left is summed as <c>other</c>.</summary>
    [Range(1, 10_000)]
    public int MaxTables { get; set; } = 200;

    /// <summary>The largest indexes with series of their own, 1 to 10000; 400 by default.</summary>
    [Range(1, 10_000)]
    public int MaxIndexes { get; set; } = 400;

    /// <summary>The statements that took most time with series of their own, 1 to 1000; 20 by default.</summary>
    [Range(1, 1000)]
    public int MaxStatements { get; set; } = 20;

    /// <summary>Databases, replication slots and kinds of locks with series of their own, each, 1 to 1000; 100 by default.</summary>
    [Range(1, 1000)]
    public int MaxOthers { get; set; } = 100;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (SlowInterval < Interval)
            yield return new ValidationResult($"{Section}:SlowInterval is {SlowInterval}; it must not be shorter than {Section}:Interval ({Interval}).", [nameof(SlowInterval)]);
    }
}
