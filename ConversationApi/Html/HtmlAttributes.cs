using System.Text.RegularExpressions;
using AngleSharp.Html.Parser.Tokens;

namespace ConversationApi.Html;

/// <summary>The attributes that an element keeps, and those that it gets.</summary>
internal static partial class HtmlAttributes
{
    private const string Blocked = "data-blocked-src";
    private const int MaxValue = 4096;
    private const int MostLooked = 64;

    public static IEnumerable<(string Name, string Value)> Of(HtmlTagToken tag)
    {
        var own = HtmlRules.AttributesOf.GetValueOrDefault(tag.Name);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var attribute in tag.Attributes.Take(MostLooked))
        {
            var (name, value) = (attribute.Name.ToString(), attribute.Value.ToString());
            if (!seen.Add(name) || !(HtmlRules.Attributes.Contains(name) || own?.Contains(name) == true))
                continue;
            if (name is "src" or Blocked)
            {
                if (Source(name, value.Trim()) is { } source)
                    yield return source;
            }
            else if (name == "href" && IsLink(value))
            {
                yield return ("href", value.Trim());
                yield return ("rel", "noopener noreferrer");
                yield return ("target", "_blank");
            }
            else if (name == "style" && HtmlStyles.Clean(value) is { Length: > 0 } style)
                yield return ("style", style);
            else if (name is "title" or "alt" && value.Length <= MaxValue)
                yield return (name, value);
            else if (name is not ("href" or "style" or "title" or "alt" or "src" or Blocked) && Plain().IsMatch(value))
                yield return (name, value);
        }
    }

    /// <summary>What comes with the mail is shown; what lies elsewhere would tell its sender that it was.</summary>
    private static (string Name, string Value)? Source(string name, string value) =>
        IsLink(value) ? (Blocked, value)
        : name == "src" && (value.StartsWith("cid:", StringComparison.OrdinalIgnoreCase) && value.Length <= MaxValue || Picture().IsMatch(value)) ? ("src", value)
        : null;

    private static bool IsLink(string value) => value.Length <= MaxValue && Link().IsMatch(value.Trim());

    [GeneratedRegex(@"^(?:https?://|mailto:|tel:)[^\u0000-\u0020\u007f-\u009f]*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Link();

    [GeneratedRegex(@"^data:image/(?:png|gif|jpeg|jpg|webp);base64,[A-Za-z0-9+/=\s]*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Picture();

    [GeneratedRegex(@"^[\w #%.,+:/-]{0,100}$", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}
