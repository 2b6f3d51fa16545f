using System.ComponentModel.DataAnnotations;

namespace ConversationApi.RateLimiting;

/// <summary>
/// Configuration section <c>RateLimits</c>: how many requests of a kind one API key may make in a window. Each replica counts by itself,
/// so that behind n of them a key may have n times as many. Mail that comes in is not limited.
/// </summary>
public sealed class RateLimitOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "RateLimits";

    /// <summary>Reading: lists, single things, search, statistics, and beginning to listen to events; requests a window, 100 by default, 0 for no limit.</summary>
    [Range(0, 1_000_000)]
    public int Read { get; set; } = 100;

    /// <summary>Asking for drafts; requests a window, 20 by default, 0 for no limit.</summary>
    [Range(0, 1_000_000)]
    public int Regenerate { get; set; } = 20;

    /// <summary>Sending: replies, approvals, new conversations and mail that is tried again together; requests a window, 50 by default, 0 for no limit.</summary>
    [Range(0, 1_000_000)]
    public int Send { get; set; } = 50;

    /// <summary>The window, 1 second to 1 day; 1 minute by default.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(1);
}
