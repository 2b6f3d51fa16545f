namespace ConversationData.Messages;

/// <summary>
/// A Message-ID that some message has or names, and the one conversation that it stands for: a reply to mail that was never seen
/// finds the others that reply to it.
/// </summary>
public sealed class MessageReference
{
    /// <summary>Message-ID without angle brackets; <c>&lt;gmail-thread:ID&gt;</c> for a thread of Gmail.</summary>
    public string Reference { get; set; } = "";

    /// <summary>The conversation that it belongs to.</summary>
    public Guid ConversationId { get; set; }
}
