using System.Text.RegularExpressions;

namespace ConversationApi.Html;

/// <summary>Keeps of a style what says how something looks: no addresses, no functions but colours, nothing that moves it over something else.</summary>
internal static partial class HtmlStyles
{
    private const int MaxLength = 4096;

    public static string Clean(string style)
    {
        if (style.Length > MaxLength)
            return "";
        var kept = new List<string>();
        foreach (var declaration in style.Split(';'))
        {
            var colon = declaration.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
                continue;
            var (property, value) = (declaration[..colon].Trim().ToLowerInvariant(), declaration[(colon + 1)..].Trim());
            if (HtmlRules.Properties.Contains(property) && Value().IsMatch(value) && !Negative().IsMatch(value) && (property != "display" || Display().IsMatch(value)))
                kept.Add($"{property}: {value}");
        }

        return string.Join("; ", kept);
    }

    [GeneratedRegex("""^(?:[\w #.,%!'"-]|rgba?\([\d\s,.%/]{1,40}\)|hsla?\([\d\s,.%/]{1,40}\)){1,200}$""", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Value();

    [GeneratedRegex(@"-\s*\.?\d", RegexOptions.CultureInvariant)]
    private static partial Regex Negative();

    [GeneratedRegex("^(?:none|block|inline|inline-block|list-item|table|table-row|table-cell|table-row-group|table-header-group|table-footer-group|inline-table)$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Display();
}
