using System.Text.Json;

namespace ConversationApi.Tests;

/// <summary>Writes single mails.</summary>
internal static class MailJson
{
    public static string Of(string? messageId, string? inReplyTo = null, string? references = null, string from = "lead@people.example", string subject = "Hello",
        string text = "Good day", string token = "", string date = "Mon, 01 Jan 2024 10:00:00 +0000", string? postmarkId = null, params (string Name, string Value)[] headers)
    {
        var all = new List<object>();
        if (messageId is not null)
            all.Add(new { Name = "Message-ID", Value = $"<{messageId}>" });
        if (inReplyTo is not null)
            all.Add(new { Name = "In-Reply-To", Value = inReplyTo });
        if (references is not null)
            all.Add(new { Name = "References", Value = references });
        all.AddRange(headers.Select(h => new { h.Name, h.Value }));
        return JsonSerializer.Serialize(new
        {
            From = from,
            FromFull = new { Email = from, Name = "Somebody", MailboxHash = "" },
            ToFull = new[] { new { Email = "desk@platform.example", Name = "", MailboxHash = token } },
            Subject = subject, MessageID = postmarkId, Date = date, MailboxHash = token, TextBody = text, HtmlBody = "", Headers = all, Attachments = Array.Empty<object>(),
        });
    }
}
