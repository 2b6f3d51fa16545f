using System.ComponentModel.DataAnnotations;

namespace ConversationApi.Idempotency;

/// <summary>Configuration section <c>Idempotency</c>.</summary>
public sealed class IdempotencyOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Idempotency";

    /// <summary>How long the answer to a request with an Idempotency-Key is kept; 1 to 365 days, 2 days by default.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "365.00:00:00")]
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(2);

    /// <summary>How often older ones are removed; 1 second to 1 day, 1 hour by default.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan PruneEvery { get; set; } = TimeSpan.FromHours(1);
}
