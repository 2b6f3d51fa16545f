namespace ConversationApi.Ingestion.Parsing;

/// <summary>Brings texts of mail into the bounds of their columns.</summary>
internal static class MailText
{
    /// <summary>Longest subject that is kept, in UTF-16 units; RFC 5322's longest line.</summary>
    public const int MaxSubject = 998;

    /// <summary>Longest address, RFC 5321.</summary>
    public const int MaxAddress = 320;

    /// <summary>At most so long, and never half a character.</summary>
    public static string Cut(string text, int length) =>
        text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];

    /// <summary>Null instead of nothing.</summary>
    public static string? NullIfBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    /// <summary>The bare address, lower case; null when there is none that fits.</summary>
    public static string? Address(string? text)
    {
        if (NullIfBlank(text) is not { } some)
            return null;
        var open = some.LastIndexOf('<');
        var close = some.LastIndexOf('>');
        var address = (open >= 0 && close > open ? some[(open + 1)..close] : some).Trim().ToLowerInvariant();
        return address.Length is > 0 and <= MaxAddress ? address : null;
    }

    /// <summary>What stands before the bracketed address, without quotes.</summary>
    public static string? DisplayName(string? text)
    {
        var open = text?.LastIndexOf('<') ?? -1;
        return open > 0 ? NullIfBlank(text![..open].Trim().Trim('"')) : null;
    }
}
