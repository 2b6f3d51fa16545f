using ConversationApi.Ingestion.Threading;

namespace ConversationApi.Ingestion.Parsing;

/// <summary>A mail, read and ready to be stored.</summary>
internal sealed record IncomingMail
{
    public required string MessageId { get; init; }

    public required byte[] ContentHash { get; init; }

    /// <summary>Its From is an address of ours; anybody can write that.</summary>
    public required bool FromOwnAddress { get; init; }

    /// <summary>We sent it.</summary>
    public required bool Outbound { get; init; }

    /// <summary>It comes from where our mail is sent, so that a Message-ID of ours is enough to know it again.</summary>
    public bool SentByUs { get; init; }

    public required string Subject { get; init; }

    public required string Content { get; init; }

    public required string? HtmlContent { get; init; }

    public required DateTimeOffset SentAt { get; init; }

    public required string? SenderEmail { get; init; }

    public required string? SenderName { get; init; }

    public required string? RecipientEmail { get; init; }

    public required string? InReplyTo { get; init; }

    public required string? PostmarkMessageId { get; init; }

    public required string? GmailMessageId { get; init; }

    public required string? GmailThreadId { get; init; }

    public required string Headers { get; init; }

    /// <summary>Every address that it names, lower case and without spaces; null where that cannot be said.</summary>
    public required IReadOnlyCollection<string>? Addresses { get; init; }

    public required string Attachments { get; init; }

    public required IReadOnlyList<string> Marks { get; init; }

    public required ThreadedMail Threading { get; init; }
}
