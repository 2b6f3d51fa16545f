using System.Text;
using AngleSharp.Html;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;
using AngleSharp.Text;

namespace ConversationApi.Html;

/// <summary>
/// Makes HTML of mail safe to show. It is taken apart by AngleSharp's tokeniser and written anew: only elements, attributes and
/// addresses that <see cref="HtmlRules"/> names, every text escaped, every element closed. What is written has neither raw text nor foreign
/// elements, so that no parser can read anything else in it. Works in one pass without recursion: neither depth nor length can break it.
/// </summary>
internal static class HtmlCleaner
{
    /// <summary>More UTF-16 units than these are not looked at.</summary>
    public const int MaxLength = 2 * 1024 * 1024;

    /// <summary>Elements nested deeper are left out, their text is not.</summary>
    public const int MaxDepth = 128;

    private const int MaxTags = 200_000;
    private const string Rest = "<p>[The rest of this message is too long to be shown.]</p>";

    /// <summary>HTML that is safe to show, or to clean again.</summary>
    public static string Clean(string html)
    {
        ArgumentNullException.ThrowIfNull(html);
        var cut = html.Length > MaxLength;
        using var source = new TextSource(cut ? html[..MaxLength] : html);
        using var tokens = new HtmlTokenizer(source, HtmlEntityProvider.Resolver) { SkipComments = true };
        var writer = new HtmlWriter(new StringBuilder(Math.Min(html.Length, MaxLength) + 64));
        string? swallowing = null;
        var (depth, tags) = (0, 0);
        for (var token = tokens.Get(); token.Type != HtmlTokenType.EndOfFile; token = tokens.Get())
        {
            var start = token.Type == HtmlTokenType.StartTag;
            if (start && ++tags > MaxTags)
            {
                cut = true;
                break;
            }

            if (swallowing is not null)
            {
                if (token.Name == swallowing && (start || token.Type == HtmlTokenType.EndTag))
                    swallowing = (depth += start ? 1 : -1) > 0 ? swallowing : null;
                continue;
            }

            if (token.Type == HtmlTokenType.Character)
                writer.Text(token.Data);
            else if (token.Type == HtmlTokenType.EndTag)
                writer.End(token.Name);
            else if (start && HtmlRules.Swallowed.Contains(token.Name))
                (swallowing, depth, tokens.State) = Swallow((HtmlTagToken)token);
            else if (start)
                writer.Start((HtmlTagToken)token);
        }

        return writer.Finish(cut ? Rest : "");
    }

    private static (string? Name, int Depth, HtmlParseMode Mode) Swallow(HtmlTagToken tag)
    {
        // Foreign elements may close themselves; to a browser no others do.
        if (tag.IsSelfClosing && tag.Name is "svg" or "math")
            return (null, 0, HtmlParseMode.PCData);
        var mode = tag.Name switch
        {
            "script" => HtmlParseMode.Script,
            "title" or "textarea" => HtmlParseMode.RCData,
            "plaintext" => HtmlParseMode.Plaintext,
            var name => HtmlRules.RawText.Contains(name) ? HtmlParseMode.Rawtext : HtmlParseMode.PCData,
        };
        return (tag.Name, 1, mode);
    }
}
