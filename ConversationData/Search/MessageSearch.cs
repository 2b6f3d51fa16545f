using NpgsqlTypes;

namespace ConversationData.Search;

/// <summary>The words of a message. A message without a row has not been indexed yet.</summary>
public sealed class MessageSearch
{
    /// <summary>The message.</summary>
    public Guid MessageId { get; set; }

    /// <summary>The conversation of the message.</summary>
    public Guid ConversationId { get; set; }

    /// <summary>When the message was sent.</summary>
    public DateTimeOffset SentAt { get; set; }

    /// <summary>How many words it has, those that occur again counted again.</summary>
    public int Length { get; set; }

    /// <summary>Subject and text without what it quotes.</summary>
    public NpgsqlTsVector Terms { get; set; } = null!;
}
