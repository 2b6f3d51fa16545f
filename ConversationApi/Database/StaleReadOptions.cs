using System.ComponentModel.DataAnnotations;

namespace ConversationApi.Database;

/// <summary>Configuration section <c>Database:StaleReads</c>: what may be read from a replica.</summary>
public sealed class StaleReadOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Database:StaleReads";

    /// <summary>How far behind a replica may be, 0 to 1 hour; 10 seconds by default. 0 reads everything from the node that takes writes.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan MaxLag { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the nodes are asked how far they are, 50 milliseconds to 1 minute; 1 second by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan CheckInterval { get; set; } = TimeSpan.FromSeconds(1);
}
