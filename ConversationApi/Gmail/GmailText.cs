using System.Buffers.Text;
using System.Text;
using System.Text.RegularExpressions;

namespace ConversationApi.Gmail;

/// <summary>Text out of bytes whose charset a mail names, rightly or not.</summary>
internal static partial class GmailText
{
    private static readonly UTF8Encoding _strict = new(false, throwOnInvalidBytes: true);

    static GmailText() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>The text of a part.</summary>
    /// <exception cref="FormatException">It is no base64url.</exception>
    public static string Of(GmailPart part) =>
        part.Body?.Data is not { Length: > 0 } data ? "" : Decode(Base64Url.DecodeFromChars(data), Charset().Match(part["Content-Type"] ?? "") is { Success: true } match ? match.Groups[1].Value : null);

    /// <summary>A header in which RFC 2047 words may be left.</summary>
    public static string Header(string value) => !value.Contains("=?", StringComparison.Ordinal) ? value
        : Word().Replace(BetweenWords().Replace(value, ""), match => Unwrap(match.Groups["charset"].Value, match.Groups["form"].Value, match.Groups["text"].Value) ?? match.Value);

    // PostgreSQL cannot store NUL.
    private static string Decode(byte[] bytes, string? charset) => DecodeAll(bytes, charset).Replace('\0', '\uFFFD');

    private static string DecodeAll(byte[] bytes, string? charset)
    {
        // 7-bit charsets that escape look like UTF-8; everything else that reads as UTF-8 is, since Gmail converts most of it.
        var escapes = charset is not null && (charset.StartsWith("iso-2022", StringComparison.OrdinalIgnoreCase) || charset.StartsWith("hz", StringComparison.OrdinalIgnoreCase));
        if (!escapes)
        {
            try
            {
                return _strict.GetString(bytes);
            }
            catch (DecoderFallbackException)
            {
                // Then it is what it says, or the most usual of all.
            }
        }

        return (Named(charset) ?? Named("windows-1252")!).GetString(bytes);
    }

    private static Encoding? Named(string? charset)
    {
        try
        {
            return charset is null || charset.StartsWith("utf-7", StringComparison.OrdinalIgnoreCase) ? null : Encoding.GetEncoding(charset);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string? Unwrap(string charset, string form, string text)
    {
        try
        {
            return Decode(form is "B" or "b" ? Convert.FromBase64String(text) : Unquote(text), charset.Split('*')[0]);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static byte[] Unquote(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '=' || i + 2 >= text.Length)
            {
                bytes.Add(text[i] == '_' ? (byte)' ' : (byte)text[i]);
                continue;
            }

            bytes.AddRange(Convert.FromHexString(text.AsSpan(i + 1, 2)));
            i += 2;
        }

        return [.. bytes];
    }

    [GeneratedRegex("""charset\s*=\s*["']?([A-Za-z0-9_.:+-]{1,40})""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Charset();

    [GeneratedRegex("""=\?(?<charset>[^?\s]{1,60})\?(?<form>[BbQq])\?(?<text>[^?\s]*)\?=""", RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    [GeneratedRegex("""(?<=\?=)\s+(?==\?)""", RegexOptions.CultureInvariant)]
    private static partial Regex BetweenWords();
}
