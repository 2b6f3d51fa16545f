namespace ConversationData.Conversations;

/// <summary>
/// Two conversations that a message ties together, but that were not merged because we had already written to different leads in them.
/// A person decides.
/// </summary>
public sealed class ConversationLink
{
    /// <summary>The smaller of the two ids.</summary>
    public Guid ConversationId { get; set; }

    /// <summary>The greater of the two ids.</summary>
    public Guid LinkedConversationId { get; set; }

    /// <summary>When the tie was seen.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When somebody decided; null while the pair is flagged.</summary>
    public DateTimeOffset? ResolvedAt { get; set; }
}
