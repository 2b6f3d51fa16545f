namespace ConversationData.Conversations;

/// <summary>Where a conversation went that was merged into an older one. Never a chain: it points at what is there now.</summary>
public sealed class ConversationRedirect
{
    /// <summary>The id that is gone.</summary>
    public Guid FromId { get; set; }

    /// <summary>The conversation that took its messages.</summary>
    public Guid ToId { get; set; }

    /// <summary>When they were merged.</summary>
    public DateTimeOffset MergedAt { get; set; }
}
