using System.Text;
using System.Text.Json;

namespace ConversationApi.Ingestion.Parsing;

/// <summary>The headers of a mail in their order, those that Postmark takes apart put back.</summary>
internal sealed class MailHeaders
{
    private readonly List<(string Name, string Value)> _headers = [];

    public MailHeaders(InboundMail mail)
    {
        foreach (var header in mail.Headers ?? [])
            if (MailText.NullIfBlank(header?.Name) is { } name)
                _headers.Add((name.Trim(), header!.Value ?? ""));
        Count = _headers.Count;

        AddMissing("From", mail.From is { } from && from.Contains('<', StringComparison.Ordinal) ? from : Format(mail.FromFull) ?? mail.From);
        AddMissing("To", mail.To ?? Format(mail.ToFull));
        AddMissing("Cc", mail.Cc ?? Format(mail.CcFull));
        AddMissing("Reply-To", mail.ReplyTo);
        AddMissing("Subject", mail.Subject);
        AddMissing("Date", mail.Date);
    }

    /// <summary>How many came among Postmark's <c>Headers</c>.</summary>
    public int Count { get; }

    /// <summary>The first of that name, in any case.</summary>
    public string? this[string name] => All(name).FirstOrDefault();

    /// <summary>All of that name.</summary>
    public IEnumerable<string> All(string name)
    {
        foreach (var header in _headers)
            if (header.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                yield return header.Value;
    }

    /// <summary>The values of all but some headers, in their order.</summary>
    public IEnumerable<string> Without(IReadOnlySet<string> names)
    {
        foreach (var (name, value) in _headers)
            if (!names.Contains(name))
                yield return value;
    }

    public string ToJson()
    {
        using var buffer = new MemoryStream(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var (name, value) in _headers)
            {
                json.WriteStartObject();
                json.WriteString("name"u8, name);
                json.WriteString("value"u8, value);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private void AddMissing(string name, string? value)
    {
        if (!string.IsNullOrWhiteSpace(value) && this[name] is null)
            _headers.Add((name, value));
    }

    private static string? Format(IReadOnlyList<InboundAddress?>? addresses) =>
        MailText.NullIfBlank(string.Join(", ", (addresses ?? []).Select(Format).OfType<string>()));

    private static string? Format(InboundAddress? address) =>
        MailText.NullIfBlank(address?.Email) is not { } email ? null
        : MailText.NullIfBlank(address!.Name) is { } name ? $"\"{name.Replace("\"", "", StringComparison.Ordinal)}\" <{email}>"
        : email;
}
