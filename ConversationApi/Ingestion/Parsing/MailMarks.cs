using ConversationData.Messages;

namespace ConversationApi.Ingestion.Parsing;

/// <summary>Sees from the headers what no person wrote to us: RFC 3834, RFC 3464, RFC 8098, RFC 2369, and what mailers did before them.</summary>
internal static class MailMarks
{
    public static List<string> Of(MailHeaders headers, string? sender)
    {
        var marks = new List<string>(2);
        if (IsBounce(headers, sender))
            marks.Add(MessageMarks.Bounce);
        else if (IsAutoReply(headers))
            marks.Add(MessageMarks.AutoReply);
        if (Has(headers, "List-Id") || Has(headers, "List-Unsubscribe") || Has(headers, "List-Post") || Is(headers, "Precedence", "list", "bulk", "junk"))
            marks.Add(MessageMarks.List);
        return marks;
    }

    private static bool IsBounce(MailHeaders headers, string? sender) =>
        Has(headers, "X-Failed-Recipients")
        || headers["Content-Type"] is { } type && type.Contains("multipart/report", StringComparison.OrdinalIgnoreCase) && type.Contains("delivery-status", StringComparison.OrdinalIgnoreCase)
        || headers["Return-Path"]?.Trim() == "<>" && sender is not null
            && (sender.StartsWith("mailer-daemon@", StringComparison.Ordinal) || sender.StartsWith("postmaster@", StringComparison.Ordinal))
        || sender is not null && sender.StartsWith("mailer-daemon@", StringComparison.Ordinal);

    private static bool IsAutoReply(MailHeaders headers) =>
        headers["Auto-Submitted"] is { } submitted && !submitted.Trim().StartsWith("no", StringComparison.OrdinalIgnoreCase)
        || Has(headers, "X-Autoreply") || Has(headers, "X-Autorespond") || Has(headers, "X-Mail-Autoreply") || Is(headers, "Precedence", "auto_reply")
        // Exchange asks others not to answer what a machine sent.
        || headers["X-Auto-Response-Suppress"] is { } suppress && !suppress.Trim().Equals("none", StringComparison.OrdinalIgnoreCase)
        || headers["Content-Type"] is { } type && type.Contains("multipart/report", StringComparison.OrdinalIgnoreCase) && type.Contains("disposition-notification", StringComparison.OrdinalIgnoreCase)
        || headers["Return-Path"]?.Trim() == "<>";

    private static bool Has(MailHeaders headers, string name) => headers[name] is not null;

    private static bool Is(MailHeaders headers, string name, params ReadOnlySpan<string> values)
    {
        var value = headers[name]?.Trim();
        foreach (var expected in values)
            if (expected.Equals(value, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }
}
