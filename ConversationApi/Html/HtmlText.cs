using System.Collections.Frozen;
using System.Text;
using AngleSharp.Html;
using AngleSharp.Html.Parser;
using AngleSharp.Text;

namespace ConversationApi.Html;

/// <summary>The words of HTML, for mail that has no plain text of its own: a line for each block, nothing of scripts and styles.</summary>
internal static class HtmlText
{
    private static readonly FrozenSet<string> _blocks = new[]
    {
        "address", "article", "blockquote", "br", "center", "dd", "div", "dl", "dt", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "ol", "p", "pre", "section", "table", "tr", "ul",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Text of at most as many UTF-16 units as <see cref="HtmlCleaner.MaxLength"/> of HTML have.</summary>
    public static string Of(string html)
    {
        // What is cleaned has neither scripts nor raw text, and every element is closed.
        using var source = new TextSource(HtmlCleaner.Clean(html));
        using var tokens = new HtmlTokenizer(source, HtmlEntityProvider.Resolver) { SkipComments = true };
        var text = new StringBuilder();
        for (var token = tokens.Get(); token.Type != HtmlTokenType.EndOfFile; token = tokens.Get())
        {
            if (token.Type == HtmlTokenType.Character)
                Add(text, token.Data);
            else if (_blocks.Contains(token.Name))
                EndLine(text);
            else if (token.Name is "td" or "th")
                Add(text, " ");
        }

        return text.ToString().Trim();
    }

    private static void EndLine(StringBuilder text)
    {
        while (text.Length > 0 && text[^1] == ' ')
            text.Length--;
        if (text.Length > 0 && text[^1] != '\n')
            text.Append('\n');
    }

    private static void Add(StringBuilder text, string words)
    {
        foreach (var letter in words)
        {
            if (!char.IsWhiteSpace(letter))
                text.Append(letter);
            else if (text.Length > 0 && text[^1] is not (' ' or '\n'))
                text.Append(' ');
        }
    }
}
