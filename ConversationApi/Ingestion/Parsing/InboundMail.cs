namespace ConversationApi.Ingestion.Parsing;

/// <summary>Mail in the form of Postmark's inbound webhook. Fields that are not named here are ignored.</summary>
public sealed record InboundMail
{
    /// <summary>Address of the sender.</summary>
    public string? From { get; init; }

    /// <summary>Display name of the sender.</summary>
    public string? FromName { get; init; }

    /// <summary>The sender, taken apart.</summary>
    public InboundAddress? FromFull { get; init; }

    /// <summary>Recipients, taken apart.</summary>
    public IReadOnlyList<InboundAddress?>? ToFull { get; init; }

    /// <summary>Recipients of copies, taken apart.</summary>
    public IReadOnlyList<InboundAddress?>? CcFull { get; init; }

    /// <summary>Recipients of blind copies, taken apart.</summary>
    public IReadOnlyList<InboundAddress?>? BccFull { get; init; }

    /// <summary>Recipients as one text.</summary>
    public string? To { get; init; }

    /// <summary>Recipients of copies as one text.</summary>
    public string? Cc { get; init; }

    /// <summary>Where the sender wants replies.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>The address that Postmark took the mail in for.</summary>
    public string? OriginalRecipient { get; init; }

    /// <summary>Subject.</summary>
    public string? Subject { get; init; }

    /// <summary>Postmark's own id, not the Message-ID of the mail: that is among the headers.</summary>
    public string? MessageID { get; init; }

    /// <summary>RFC 5322 date.</summary>
    public string? Date { get; init; }

    /// <summary>What stood behind the plus of the recipient's address: our token, when the mail answers ours.</summary>
    public string? MailboxHash { get; init; }

    /// <summary>Plain text.</summary>
    public string? TextBody { get; init; }

    /// <summary>HTML.</summary>
    public string? HtmlBody { get; init; }

    /// <summary>Gmail's id of the message, for mail that came from there.</summary>
    public string? GmailMessageId { get; init; }

    /// <summary>Gmail's id of the thread, for mail that came from there.</summary>
    public string? GmailThreadId { get; init; }

    /// <summary>Every other header.</summary>
    public IReadOnlyList<InboundHeader?>? Headers { get; init; }

    /// <summary>Attachments.</summary>
    public IReadOnlyList<InboundAttachment?>? Attachments { get; init; }
}

/// <summary>An address of a mail.</summary>
public sealed record InboundAddress
{
    /// <summary>The address.</summary>
    public string? Email { get; init; }

    /// <summary>Display name.</summary>
    public string? Name { get; init; }

    /// <summary>What stood behind the plus.</summary>
    public string? MailboxHash { get; init; }
}

/// <summary>A header of a mail.</summary>
public sealed record InboundHeader
{
    /// <summary>Name, in any case.</summary>
    public string? Name { get; init; }

    /// <summary>Value, unfolded.</summary>
    public string? Value { get; init; }
}

/// <summary>An attachment of a mail.</summary>
public sealed record InboundAttachment
{
    /// <summary>File name.</summary>
    public string? Name { get; init; }

    /// <summary>Base64.</summary>
    public string? Content { get; init; }

    /// <summary>Media type.</summary>
    public string? ContentType { get; init; }

    /// <summary>Bytes.</summary>
    public long? ContentLength { get; init; }

    /// <summary>Content-ID, for what HTML shows inline.</summary>
    public string? ContentID { get; init; }

    /// <summary>Where the provider keeps the content that it did not send along.</summary>
    public string? AttachmentId { get; init; }
}
