namespace ConversationData.Messages;

/// <summary>One mail, stored once.</summary>
public sealed class ConversationMessage
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; set; }

    /// <summary>The conversation it belongs to.</summary>
    public Guid ConversationId { get; set; }

    /// <summary>Who wrote.</summary>
    public MessageDirection Direction { get; set; }

    /// <summary>Subject as it came, at most 998 characters.</summary>
    public string Subject { get; set; } = "";

    /// <summary>Plain text; empty when there was none.</summary>
    public string Content { get; set; } = "";

    /// <summary>HTML as it came: not safe to show.</summary>
    public string? HtmlContent { get; set; }

    /// <summary>The mail's own date; the time of arrival where that is missing or lies in the future.</summary>
    public DateTimeOffset SentAt { get; set; }

    /// <summary>Lower case; null when the mail named no sender.</summary>
    public string? SenderEmail { get; set; }

    /// <summary>Display name of the sender.</summary>
    public string? SenderName { get; set; }

    /// <summary>The first recipient, lower case; the others are in <see cref="Headers"/>.</summary>
    public string? RecipientEmail { get; set; }

    /// <summary>RFC 5322 Message-ID without angle brackets, or a stable one made from the content.</summary>
    public string MessageId { get; set; } = "";

    /// <summary>SHA-256 over what the sender wrote; with <see cref="MessageId"/> it says what a duplicate is.</summary>
    public byte[] ContentHash { get; set; } = [];

    /// <summary>The first Message-ID named by In-Reply-To, without angle brackets.</summary>
    public string? InReplyTo { get; set; }

    /// <summary>Gmail's id of the message.</summary>
    public string? GmailMessageId { get; set; }

    /// <summary>Postmark's id of the message.</summary>
    public string? PostmarkMessageId { get; set; }

    /// <summary>Gmail's id of the thread.</summary>
    public string? GmailThreadId { get; set; }

    /// <summary>JSON array of <c>{"name", "value"}</c> in the order of the mail.</summary>
    public string Headers { get; set; } = "[]";

    /// <summary>Every address that it names, lower case: sender, recipient and those in <see cref="Headers"/>, ids left out. Null where nobody looked for them: its index does.</summary>
    public string[]? Addresses { get; set; }

    /// <summary>JSON array of <c>{"name", "contentType", "contentLength", "contentId", "sha256"}</c>, with <c>"attachmentId"</c> where the provider keeps the content.</summary>
    public string Attachments { get; set; } = "[]";

    /// <summary>What is remarkable about it: <see cref="MessageMarks"/>.</summary>
    public string[] Marks { get; set; } = [];

    /// <summary>Null for inbound mail.</summary>
    public DeliveryStatus? DeliveryStatus { get; set; }

    /// <summary>When it was stored here.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When the row was inserted, by the database's clock; -infinity where that was not recorded yet. Row history goes by it.</summary>
    public DateTimeOffset InsertedAt { get; set; }

    /// <summary>The transaction that inserted the row, whose commit time <c>track_commit_timestamp</c> keeps.</summary>
    public ulong? InsertedIn { get; set; }
}
