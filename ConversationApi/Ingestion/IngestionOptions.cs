using System.ComponentModel.DataAnnotations;

namespace ConversationApi.Ingestion;

/// <summary>Configuration section <c>Ingestion</c>.</summary>
public sealed class IngestionOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Ingestion";

    /// <summary>
    /// Secret behind the tokens in our reply addresses, at least 32 characters, the same on every replica. Without it tokens are
    /// neither made nor believed.
    /// </summary>
    [MinLength(32, ErrorMessage = "Ingestion:ReplyTokenKey must have at least 32 characters.")]
    public string? ReplyTokenKey { get; set; }

    /// <summary>
    /// Addresses, or whole domains as <c>@example.org</c>, that are ours: imported mail from them is outbound, and they never become
    /// the lead.
    /// </summary>
    public IList<string> OwnAddresses { get; } = [];

    /// <summary>Largest batch in bytes.</summary>
    [Range(1024, int.MaxValue)]
    public int MaxBatchBytes { get; set; } = 256 * 1024 * 1024;

    /// <summary>Largest single message in bytes; Postmark's own limit is 35 MB before base64.</summary>
    [Range(1024, 512 * 1024 * 1024)]
    public int MaxMessageBytes { get; set; } = 48 * 1024 * 1024;

    /// <summary>Most messages in a batch; what comes after them is refused.</summary>
    [Range(1, 1_000_000)]
    public int MaxBatchMessages { get; set; } = 100_000;

    /// <summary>Most messages in one transaction.</summary>
    [Range(1, 10_000)]
    public int TransactionMessages { get; set; } = 500;

    /// <summary>A transaction takes no more messages once it has so many bytes of them.</summary>
    [Range(1024, 256 * 1024 * 1024)]
    public int TransactionBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Mail that is older than this when it arrives is history: no reply to it is suggested. 30 days by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan AnswerWithin { get; set; } = TimeSpan.FromDays(30);
}
