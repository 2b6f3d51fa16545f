using System.ComponentModel.DataAnnotations;

namespace ConversationApi.Statistics;

/// <summary>Configuration section <c>Statistics</c>.</summary>
public sealed class StatisticsOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Statistics";

    /// <summary>How long an answer is given again before it is measured anew, 0 to 1 hour; 5 seconds by default. The answer says when it was measured.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan CacheFor { get; set; } = TimeSpan.FromSeconds(5);
}
