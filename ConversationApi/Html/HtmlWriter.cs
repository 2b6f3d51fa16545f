using System.Collections.Frozen;
using System.Text;
using AngleSharp.Html.Parser.Tokens;

namespace ConversationApi.Html;

/// <summary>Writes what is allowed, and closes what it opened.</summary>
internal sealed class HtmlWriter(StringBuilder html)
{
    private readonly List<string> _open = [];

    public void Text(ReadOnlySpan<char> text)
    {
        foreach (var letter in text)
            Escape(letter);
    }

    public void Start(HtmlTagToken tag)
    {
        var name = tag.Name;
        if (!HtmlRules.Elements.Contains(name))
            return;
        if (HtmlRules.EndParagraph.Contains(name) && _open.Count > 0 && _open[^1] == "p")
            CloseTo(_open.Count - 1);
        if (HtmlRules.Implied.TryGetValue(name, out var implied))
            EndImplied(implied.Ends, implied.UpTo);
        var empty = HtmlRules.Empty.Contains(name);
        if (!empty && _open.Count >= HtmlCleaner.MaxDepth)
            return;
        html.Append('<').Append(name);
        foreach (var (attribute, value) in HtmlAttributes.Of(tag))
        {
            html.Append(' ').Append(attribute).Append("=\"");
            Text(value);
            html.Append('"');
        }

        html.Append('>');
        if (!empty)
            _open.Add(name);
    }

    public void End(string name)
    {
        // Cells are closed by their own ends alone: what was opened outside a table is not closed within.
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            if (_open[i] == name)
            {
                CloseTo(i);
                return;
            }

            if (_open[i] is "td" or "th" && name is not ("table" or "tbody" or "thead" or "tfoot" or "tr"))
                return;
        }
    }

    public string Finish(string note)
    {
        CloseTo(0);
        return html.Append(note).ToString();
    }

    private void EndImplied(FrozenSet<string> ends, FrozenSet<string> upTo)
    {
        for (var i = _open.Count - 1; i >= 0 && !upTo.Contains(_open[i]); i--)
        {
            if (!ends.Contains(_open[i]))
                continue;
            CloseTo(i);
            return;
        }
    }

    private void CloseTo(int count)
    {
        for (var i = _open.Count - 1; i >= count; i--)
            html.Append("</").Append(_open[i]).Append('>');
        _open.RemoveRange(count, _open.Count - count);
    }

    private void Escape(char letter)
    {
        switch (letter)
        {
            case '&':
                html.Append("&amp;");
                break;
            case '<':
                html.Append("&lt;");
                break;
            case '>':
                html.Append("&gt;");
                break;
            case '"':
                html.Append("&quot;");
                break;
            // Old browsers take it for a quotation mark.
            case '`':
                html.Append("&#96;");
                break;
            case '\u00a0':
                html.Append("&nbsp;");
                break;
            case '\0' or '\ufffe' or '\uffff':
                break;
            default:
                html.Append(letter);
                break;
        }
    }
}
