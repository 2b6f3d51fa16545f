using System.ComponentModel.DataAnnotations;

namespace ConversationApi.Events;

/// <summary>Configuration section <c>Events</c>.</summary>
public sealed class EventOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Events";

    /// <summary>How often a replica that has listeners looks for events, 10 milliseconds to 10 seconds; 250 milliseconds by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:10")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How often a listener hears that the connection is alive, and its key is looked at again, 100 milliseconds to 5 minutes; 15 seconds by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a listener is asked to wait before it connects again, 0 to 5 minutes; 2 seconds by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan Retry { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The most listeners of one replica, 1 to 100,000; 1,000 by default.</summary>
    [Range(1, 100_000)]
    public int MaxClients { get; set; } = 1000;

    /// <summary>How many events may wait for one listener before it is dropped, 1 to 100,000; 2,000 by default.</summary>
    [Range(1, 100_000)]
    public int ClientBuffer { get; set; } = 2000;

    /// <summary>How long events are kept for listeners that were away, 1 second to 365 days; 7 days by default.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How often older events are looked for, 100 milliseconds to 1 day; 1 minute by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan PruneInterval { get; set; } = TimeSpan.FromMinutes(1);
}
