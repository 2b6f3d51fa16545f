using System.Text;
using System.Text.RegularExpressions;
using ConversationApi.Delivery.Sending;

namespace ConversationApi.Delivery.Mime;

/// <summary>Writes a mail as RFC 5322 and 2045 want it: ASCII, short lines, CRLF.</summary>
internal static partial class MimeWriter
{
    private static readonly string[] _addresses = ["From", "To", "Reply-To"];
    private static readonly string[] _ids = ["Message-ID", "In-Reply-To", "References"];

    public static byte[] Write(MailToSend mail)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in mail.Headers)
            text.Append(_addresses.Contains(name, StringComparer.OrdinalIgnoreCase) ? Address(name, value)
                : _ids.Contains(name, StringComparer.OrdinalIgnoreCase) ? HeaderEncoder.EncodePlain(name, value) : HeaderEncoder.Encode(name, value));
        text.Append("MIME-Version: 1.0\r\n");
        if (mail.HtmlContent is null)
        {
            Part(text, "text/plain", mail.Content);
        }
        else
        {
            // No line of quoted-printable can look like this.
            var boundary = $"=_{mail.Id:N}";
            text.Append($"Content-Type: multipart/alternative;\r\n boundary=\"{boundary}\"\r\n\r\n--{boundary}\r\n");
            Part(text, "text/plain", mail.Content);
            text.Append($"\r\n--{boundary}\r\n");
            Part(text, "text/html", mail.HtmlContent);
            text.Append($"\r\n--{boundary}--\r\n");
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static void Part(StringBuilder text, string type, string content)
    {
        text.Append($"Content-Type: {type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n");
        QuotedPrintable.Append(text, content);
    }

    /// <summary>The name may need encoding, the address never does.</summary>
    private static string Address(string name, string value) =>
        Named().Match(value) is { Success: true } match
            ? HeaderEncoder.EncodeAddress(name, Escaped().Replace(match.Groups[1].Value, "$1"), match.Groups[2].Value)
            : HeaderEncoder.EncodePlain(name, value);

    [GeneratedRegex("""^"((?:[^"\\]|\\.)*)" <([^<>"]+)>\z""", RegexOptions.CultureInvariant)]
    private static partial Regex Named();

    [GeneratedRegex(@"\\(.)", RegexOptions.CultureInvariant)]
    private static partial Regex Escaped();
}
