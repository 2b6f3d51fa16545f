using System.Text;
using ConversationApi.Ingestion.Parsing;

namespace ConversationApi.Delivery.Mime;

/// <summary>Makes any text fit to stand in a header.</summary>
internal static class HeaderText
{
    /// <summary>One line without control characters, at most so long.</summary>
    public static string OneLine(string text, int length)
    {
        var line = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            // Line and paragraph separators break lines somewhere too; half surrogates come as U+FFFD.
            if (Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029)
                line.Append(' ');
            else
                line.Append(rune.ToString());
        }

        return MailText.Cut(line.ToString().Trim(), length).TrimEnd();
    }
}
