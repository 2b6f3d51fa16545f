namespace ConversationApi.Delivery.Sending;

/// <summary>A mail as a provider is given it: all of it was decided when it was queued.</summary>
/// <param name="Id">Goes with it as metadata, so that it can be searched for.</param>
/// <param name="Headers">From, To, Subject, Message-ID and the others, not encoded.</param>
/// <param name="Content">Plain text.</param>
/// <param name="HtmlContent">The same as HTML, if there is any.</param>
internal sealed record MailToSend(Guid Id, IReadOnlyList<MailHeader> Headers, string Content, string? HtmlContent)
{
    public string? Header(string name) => MailHeader.Find(Headers, name);
}
