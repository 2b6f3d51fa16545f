namespace ConversationData.Suggestions;

/// <summary>A reply that a machine drafted and a person decides about.</summary>
public sealed class AiSuggestion
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; set; }

    /// <summary>The conversation it is for.</summary>
    public Guid ConversationId { get; set; }

    /// <summary>The message it answers.</summary>
    public Guid InReplyToMessageId { get; set; }

    /// <summary>The draft as text.</summary>
    public string SuggestedContent { get; set; } = "";

    /// <summary>The draft as HTML.</summary>
    public string? SuggestedHtmlContent { get; set; }

    /// <summary>0 to 1; null when the model gives none.</summary>
    public double? ConfidenceScore { get; set; }

    /// <summary>JSON object.</summary>
    public string? SentimentAnalysis { get; set; }

    /// <summary>JSON: what the draft was made from.</summary>
    public string? ContextUsed { get; set; }

    /// <summary>Name of the model.</summary>
    public string ModelUsed { get; set; } = "";

    /// <summary>Tokens in and out.</summary>
    public int? TokensUsed { get; set; }

    /// <summary>In US dollars.</summary>
    public decimal? GenerationCost { get; set; }

    /// <summary>What was decided.</summary>
    public SuggestionStatus Status { get; set; }

    /// <summary>Why it was rejected, or another word from the person who decided.</summary>
    public string? UserFeedback { get; set; }

    /// <summary>What was sent instead; set exactly when the status is edited.</summary>
    public string? EditedContent { get; set; }

    /// <summary>When it was approved, as it was or edited.</summary>
    public DateTimeOffset? ApprovedAt { get; set; }

    /// <summary>Who approved it.</summary>
    public string? ApprovedBy { get; set; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>When the row was inserted, by the database's clock; -infinity where that was not recorded yet. Row history goes by it.</summary>
    public DateTimeOffset InsertedAt { get; set; }

    /// <summary>The transaction that inserted the row, whose commit time <c>track_commit_timestamp</c> keeps.</summary>
    public ulong? InsertedIn { get; set; }
}
