using System.Collections.Frozen;

namespace ConversationApi.Html;

/// <summary>What HTML of mail may have. Everything that is not named here goes.</summary>
internal static class HtmlRules
{
    /// <summary>Elements that stay.</summary>
    public static readonly FrozenSet<string> Elements = Set("""
        a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn div dl dt em figcaption figure font footer
        h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q rp rt ruby s samp section small span strike strong sub sup
        table tbody td tfoot th thead time tr tt u ul var wbr
        """);

    /// <summary>Elements without content.</summary>
    public static readonly FrozenSet<string> Empty = Set("br col hr img wbr");

    /// <summary>Elements that go with all that is in them; of others that go the content stays.</summary>
    public static readonly FrozenSet<string> Swallowed = Set("script style title template svg math noscript iframe noembed noframes xmp plaintext textarea select audio video canvas applet frameset");

    /// <summary>Those of them whose content is text to a browser, whatever it looks like.</summary>
    public static readonly FrozenSet<string> RawText = Set("style iframe noembed noframes xmp noscript");

    /// <summary>Attributes that any element may have.</summary>
    public static readonly FrozenSet<string> Attributes = Set("title dir lang align valign width height bgcolor color style");

    /// <summary>Attributes of single elements.</summary>
    public static readonly FrozenDictionary<string, FrozenSet<string>> AttributesOf = new Dictionary<string, FrozenSet<string>>
    {
        ["a"] = Set("href"), ["img"] = Set("src alt border data-blocked-src"), ["table"] = Set("border cellpadding cellspacing"), ["td"] = Set("colspan rowspan nowrap headers scope"),
        ["th"] = Set("colspan rowspan nowrap scope"), ["col"] = Set("span"), ["colgroup"] = Set("span"), ["ol"] = Set("start type"), ["ul"] = Set("type"), ["li"] = Set("value type"),
        ["font"] = Set("face size"), ["time"] = Set("datetime"), ["hr"] = Set("size noshade"), ["br"] = Set("clear"),
    }.ToFrozenDictionary();

    /// <summary>Properties that a style may set.</summary>
    public static readonly FrozenSet<string> Properties = Set("""
        background background-color border border-bottom border-bottom-color border-bottom-style border-bottom-width border-collapse border-color border-left border-left-color border-left-style
        border-left-width border-radius border-right border-right-color border-right-style border-right-width border-spacing border-style border-top border-top-color border-top-style border-top-width
        border-width color direction display font font-family font-size font-style font-variant font-weight height letter-spacing line-height list-style list-style-type margin margin-bottom margin-left
        margin-right margin-top max-height max-width min-height min-width overflow-wrap padding padding-bottom padding-left padding-right padding-top table-layout text-align text-decoration text-indent
        text-transform vertical-align white-space width word-break word-spacing word-wrap
        """);

    /// <summary>An element that begins ends these, as far up as the ones behind the bar.</summary>
    public static readonly FrozenDictionary<string, (FrozenSet<string> Ends, FrozenSet<string> UpTo)> Implied = new Dictionary<string, (FrozenSet<string>, FrozenSet<string>)>
    {
        ["li"] = (Set("li"), Set("ul ol td th table")), ["dt"] = (Set("dt dd"), Set("dl td th table")), ["dd"] = (Set("dt dd"), Set("dl td th table")),
        ["td"] = (Set("td th"), Set("tr table")), ["th"] = (Set("td th"), Set("tr table")), ["tr"] = (Set("tr"), Set("tbody thead tfoot table")),
        ["tbody"] = (Set("tbody thead tfoot colgroup caption"), Set("table")), ["thead"] = (Set("tbody thead tfoot colgroup caption"), Set("table")),
        ["tfoot"] = (Set("tbody thead tfoot colgroup caption"), Set("table")), ["a"] = (Set("a"), Set("td th table")), ["rt"] = (Set("rt rp"), Set("ruby")), ["rp"] = (Set("rt rp"), Set("ruby")),
    }.ToFrozenDictionary();

    /// <summary>Elements that end an open paragraph.</summary>
    public static readonly FrozenSet<string> EndParagraph = Set("address article aside blockquote center div dl figcaption figure footer h1 h2 h3 h4 h5 h6 header hr main nav ol p pre section table ul");

    private static FrozenSet<string> Set(string words) => words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
}
