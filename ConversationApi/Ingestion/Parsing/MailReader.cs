using System.Security.Cryptography;
using System.Text;
using ConversationApi.Html;
using ConversationApi.Ingestion.Threading;
using ConversationData.Messages;
using Microsoft.Extensions.Options;

namespace ConversationApi.Ingestion.Parsing;

/// <summary>Turns Postmark's form into what is stored.</summary>
internal sealed class MailReader(IOptions<IngestionOptions> options, TimeProvider time)
{
    private readonly ReplyToken? _token = options.Value.ReplyTokenKey is { } key ? new(key) : null;
    private readonly OwnAddresses _own = new(options.Value.OwnAddresses);

    /// <exception cref="FormatException">It is no mail.</exception>
    public IncomingMail Read(InboundMail mail)
    {
        var headers = new MailHeaders(mail);
        if (mail.From is null && mail.FromFull is null && mail.MessageID is null && headers.Count == 0)
            throw new FormatException("It has none of From, FromFull, MessageID and Headers: mail is expected in the form of Postmark's inbound webhook.");

        var now = time.GetUtcNow();
        var sender = MailText.Address(mail.FromFull?.Email) ?? MailText.Address(mail.From);
        var hash = ContentHash.Of(mail, sender);
        var marks = MailMarks.Of(headers, sender);
        var sentAt = MailDate.Parse(mail.Date);
        if (sentAt is null || sentAt > now)
        {
            sentAt = now;
            marks.Add(MessageMarks.ArrivalDate);
        }

        var messageId = MessageIds.Own(headers["Message-ID"]);
        if (messageId is null)
        {
            messageId = SyntheticId(mail, hash);
            marks.Add(MessageMarks.SyntheticId);
        }

        var parents = headers.All("In-Reply-To").SelectMany(MessageIds.Named).Distinct(StringComparer.Ordinal).Take(MessageIds.MaxReferences).ToList();
        var recipient = Recipient(mail);
        return new IncomingMail
        {
            MessageId = messageId,
            ContentHash = hash,
            FromOwnAddress = _own.Contain(sender),
            Outbound = _own.Contain(sender),
            Subject = MailText.Cut(mail.Subject ?? "", MailText.MaxSubject),
            Content = string.IsNullOrWhiteSpace(mail.TextBody) && !string.IsNullOrWhiteSpace(mail.HtmlBody) ? HtmlText.Of(mail.HtmlBody) : mail.TextBody ?? "",
            HtmlContent = string.IsNullOrEmpty(mail.HtmlBody) ? null : mail.HtmlBody,
            SentAt = sentAt.Value,
            SenderEmail = sender,
            SenderName = MailText.NullIfBlank(mail.FromName) ?? MailText.NullIfBlank(mail.FromFull?.Name) ?? MailText.DisplayName(mail.From),
            RecipientEmail = recipient,
            InReplyTo = parents.Count > 0 ? parents[0] : null,
            PostmarkMessageId = Bounded(mail.MessageID),
            GmailMessageId = Bounded(mail.GmailMessageId),
            GmailThreadId = Bounded(mail.GmailThreadId),
            Headers = headers.ToJson(),
            Addresses = NamedAddresses.Of(headers, sender, recipient),
            Attachments = MailAttachments.ToJson(mail.Attachments),
            Marks = marks,
            Threading = new(Keys(mail, headers, messageId, parents), parents, Tokens(mail), sender),
        };
    }

    private static string[] Keys(InboundMail mail, MailHeaders headers, string messageId, List<string> parents)
    {
        var references = headers.All("References").SelectMany(MessageIds.Named).ToList();
        if (references.Count > MessageIds.MaxReferences)
            references.RemoveRange(MessageIds.MaxReferences / 2, references.Count - MessageIds.MaxReferences);
        IEnumerable<string> gmail = Bounded(mail.GmailThreadId) is { } thread ? [$"<gmail-thread:{thread}>"] : [];
        return [.. references.Prepend(messageId).Concat(parents).Concat(gmail).Distinct(StringComparer.Ordinal)];
    }

    private Guid[] Tokens(InboundMail mail) => _token is null ? [] :
    [
        .. (mail.ToFull ?? []).Concat(mail.CcFull ?? []).Concat(mail.BccFull ?? []).Select(a => a?.MailboxHash).Prepend(mail.MailboxHash)
            .Select(_token.Read).OfType<Guid>().Distinct(),
    ];

    private static string? Recipient(InboundMail mail) =>
        (mail.ToFull ?? []).Concat(mail.CcFull ?? []).Select(a => MailText.Address(a?.Email)).FirstOrDefault(a => a is not null)
        ?? MailText.Address(mail.OriginalRecipient);

    /// <summary>The same for the same mail, whoever brings it and how often.</summary>
    private static string SyntheticId(InboundMail mail, byte[] contentHash)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(contentHash);
        hash.AppendData(Encoding.UTF8.GetBytes(MailText.NullIfBlank(mail.Date) ?? mail.MessageID ?? ""));
        return $"{Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 20))}@no-message-id.invalid";
    }

    private static string? Bounded(string? id) =>
        MailText.NullIfBlank(id?.Trim()) is not { } some ? null
        : some.Length <= MessageIds.MaxLength ? some
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(some)));
}
