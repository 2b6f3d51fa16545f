using System.Globalization;
using System.Text;
using ConversationApi.Ingestion.Parsing;

namespace ConversationApi.Gmail;

/// <summary>Brings Gmail's tree of parts into the form of Postmark's webhook, which all mail is read in.</summary>
internal static class GmailConverter
{
    private const int MaxDepth = 100;

    /// <exception cref="FormatException">It is no message, or a part of it cannot be read.</exception>
    public static InboundMail Convert(GmailMessage message)
    {
        if (message is not { Id: { Length: > 0 } id, Payload: { } payload })
            throw new FormatException("It has no id or no payload: a message of Gmail with format=full is expected.");
        var found = new Parts();
        found.Add(payload, 0);
        string? Header(string name) => payload[name] is { } value ? GmailText.Header(value) : null;
        var recipients = Addresses(Header("To"));
        return new()
        {
            From = Header("From"),
            FromFull = Addresses(Header("From")).FirstOrDefault(),
            To = Header("To"),
            ToFull = recipients,
            Cc = Header("Cc"),
            CcFull = Addresses(Header("Cc")),
            BccFull = Addresses(Header("Bcc")),
            ReplyTo = Header("Reply-To"),
            OriginalRecipient = Header("Delivered-To"),
            MailboxHash = Hash(MailText.Address(Header("Delivered-To"))),
            Subject = Header("Subject"),
            Date = MailDate.Parse(payload["Date"]) is null ? Arrival(message) : payload["Date"],
            TextBody = found.Text.ToString(),
            HtmlBody = found.Html.ToString(),
            GmailMessageId = id,
            GmailThreadId = message.ThreadId,
            Headers = [.. (payload.Headers ?? []).OfType<GmailHeader>().Select(h => new InboundHeader { Name = h.Name, Value = h.Value is null ? null : GmailText.Header(h.Value) })],
            Attachments = found.Attachments,
        };
    }

    private static string? Arrival(GmailMessage message) =>
        long.TryParse(message.InternalDate, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("O", CultureInfo.InvariantCulture) : null;

    /// <summary>Commas within quotes or brackets divide nothing.</summary>
    private static List<InboundAddress> Addresses(string? header)
    {
        var addresses = new List<InboundAddress>();
        var (from, quoted, bracketed) = (0, false, false);
        header ??= "";
        for (var i = 0; i <= header.Length; i++)
        {
            if (i < header.Length)
            {
                quoted ^= header[i] == '"' && (i == 0 || header[i - 1] != '\\');
                bracketed = !quoted && (header[i] == '<' || (bracketed && header[i] != '>'));
                if (header[i] is not (',' or ';') || quoted || bracketed)
                    continue;
            }

            var text = header[from..i];
            from = i + 1;
            if (MailText.Address(text) is { } address && address.Contains('@', StringComparison.Ordinal))
                addresses.Add(new() { Email = address, Name = MailText.DisplayName(text), MailboxHash = Hash(address) });
        }

        return addresses;
    }

    private static string? Hash(string? address) =>
        address is not null && address.IndexOf('+', StringComparison.Ordinal) is var plus and >= 0 && address.LastIndexOf('@') is var at && at > plus ? address[(plus + 1)..at] : null;

    private sealed class Parts
    {
        public StringBuilder Text { get; } = new();

        public StringBuilder Html { get; } = new();

        public List<InboundAttachment> Attachments { get; } = [];

        public void Add(GmailPart part, int depth)
        {
            if (depth > MaxDepth)
                throw new FormatException($"Its parts are nested more than {MaxDepth} deep.");
            var type = part.MimeType?.ToLowerInvariant() ?? "text/plain";
            if (type.StartsWith("multipart/", StringComparison.Ordinal))
            {
                foreach (var inner in part.Parts ?? [])
                    if (inner is not null)
                        Add(inner, depth + 1);
                return;
            }

            var attached = !string.IsNullOrEmpty(part.Filename) || part.Body?.AttachmentId is not null
                || part["Content-Disposition"]?.TrimStart().StartsWith("attachment", StringComparison.OrdinalIgnoreCase) == true;
            if (!attached && type == "text/plain")
                Append(Text, GmailText.Of(part));
            else if (!attached && type == "text/html")
                Append(Html, GmailText.Of(part));
            else
                Attachments.Add(new()
                {
                    Name = part.Filename is { Length: > 0 } name ? GmailText.Header(name) : type == "message/rfc822" ? "message.eml" : null,
                    ContentType = type, ContentLength = part.Body?.Size, ContentID = part["Content-ID"]?.Trim().TrimStart('<').TrimEnd('>'), AttachmentId = part.Body?.AttachmentId,
                });
        }

        private static void Append(StringBuilder all, string text)
        {
            if (all.Length > 0 && text.Length > 0)
                all.Append('\n');
            all.Append(text);
        }
    }
}
