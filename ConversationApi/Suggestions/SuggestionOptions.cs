using System.ComponentModel.DataAnnotations;

namespace ConversationApi.Suggestions;

/// <summary>Configuration section <c>Suggestions</c>.</summary>
public sealed class SuggestionOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Suggestions";

    /// <summary>Whether this replica drafts replies; true by default. What is asked for waits until some replica does.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>How many replies are drafted at once, 1 to 64; 4 by default.</summary>
    [Range(1, 64)]
    public int AtOnce { get; set; } = 4;

    /// <summary>How often work is looked for that another replica took in, 50 milliseconds to 1 minute; 2 seconds by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How often a draft is tried while the provider cannot be reached, is overloaded or does not let us in, 1 to 1,000; 130 by default, which takes about a day.
    /// After that it is given up, with its reason.
    /// </summary>
    [Range(1, 1000)]
    public int Attempts { get; set; } = 130;

    /// <summary>How often a draft is tried that the provider refuses or answers with what is no reply, as each try may cost; 1 to 100, 3 by default.</summary>
    [Range(1, 100)]
    public int RefusedAttempts { get; set; } = 3;

    /// <summary>Wait after the first failure, doubled each time, 10 milliseconds to 1 hour; 5 seconds by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest wait between two tries, 10 milliseconds to 1 day; 15 minutes by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan RetryAtMost { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>The latest messages of the conversation that a draft is made from, 1 to 100; 20 by default.</summary>
    [Range(1, 100)]
    public int MaxMessages { get; set; } = 20;

    /// <summary>The most characters of one message that a draft is made from, 100 to 100,000; 4,000 by default.</summary>
    [Range(100, 100_000)]
    public int MaxMessageLength { get; set; } = 4000;

    /// <summary>How many similar messages, with how they were answered, a draft is made from, 0 to 20; 5 by default.</summary>
    [Range(0, 20)]
    public int Similar { get; set; } = 5;

    /// <summary>A local draft is made only from a message at least so similar, 0 to 1; 0.2 by default.</summary>
    [Range(0.0, 1.0)]
    public double MinSimilarity { get; set; } = 0.2;

    /// <summary>The longest draft in characters, 100 to 100,000; 10,000 by default. What is longer is cut.</summary>
    [Range(100, 100_000)]
    public int MaxDraftLength { get; set; } = 10_000;
}
