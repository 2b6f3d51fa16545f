using ConversationApi.Conversations;
using ConversationApi.Delivery.Mime;
using ConversationApi.Html;
using ConversationApi.Messages;
using ConversationData.Messages;

namespace ConversationApi.Delivery;

/// <summary>A mail of ours, whole, before it is stored.</summary>
internal sealed record OutboundMail(
    Guid Id, Guid ConversationId, Mailbox From, Mailbox To, Mailbox? ReplyTo, string Subject, string Content, string? HtmlContent, ReferenceChain Chain, DateTime SentAt)
{
    /// <summary>Known before the provider is, and the same whatever the provider does.</summary>
    public string MessageId => $"{Id:N}@{From.Domain}";

    public byte[] ContentHash => Ingestion.Parsing.ContentHash.Of(new() { Subject = Subject, TextBody = Content, HtmlBody = HtmlContent }, From.Address.ToLowerInvariant());

    public string Headers => MailHeader.ToJson([.. HeaderList()]);

    /// <summary>Its subject: an answer's, unless nothing was written yet.</summary>
    public static string SubjectOf(ConversationView conversation) =>
        conversation.MessageCount == 0 ? OutboundSubject.First(conversation.Subject) : OutboundSubject.Reply(conversation.Subject);

    public MessageView ToView(string headers) => new(
        Id, ConversationId, MessageDirection.Outbound, Subject, Content, HtmlContent is null ? null : HtmlCleaner.Clean(HtmlContent), SentAt, From.Address.ToLowerInvariant(), From.Name, To.Address.ToLowerInvariant(),
        MessageId, Chain.InReplyTo, null, null, null, new(headers), new("[]"), [], DeliveryStatus.Queued, SentAt);

    private IEnumerable<MailHeader> HeaderList()
    {
        yield return new("From", From.ToString());
        yield return new("To", To.ToString());
        if (ReplyTo is not null)
            yield return new("Reply-To", ReplyTo.ToString());
        yield return new("Subject", Subject);
        yield return new("Date", MailDates.Format(SentAt));
        yield return new("Message-ID", $"<{MessageId}>");
        if (Chain.InReplyTo is { } parent)
            yield return new("In-Reply-To", $"<{parent}>");
        if (Chain.References.Count > 0)
            yield return new("References", string.Join(' ', Chain.References.Select(id => $"<{id}>")));
    }
}
