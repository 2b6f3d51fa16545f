using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ConversationApi.Ingestion.Threading;

/// <summary>Finds Message-IDs in headers, as RFC 5322 and thirty years of mailers write them.</summary>
internal static partial class MessageIds
{
    /// <summary>Longer ids are replaced by their hash, the same wherever they are named.</summary>
    public const int MaxLength = 500;

    /// <summary>A mail that names more than so many ids has its first and its last ones looked at.</summary>
    public const int MaxReferences = 200;

    /// <summary>So much before an id is looked at: RFC 5322's longest line.</summary>
    private const int MaxPhrase = 998;

    /// <summary>The id of a Message-ID header, without brackets; null when there is none.</summary>
    public static string? Own(string? header)
    {
        var id = header?.Trim() ?? "";
        if (id.StartsWith('<') && id.EndsWith('>'))
            id = id[1..^1];
        id = id.Replace("<", "", StringComparison.Ordinal).Replace(">", "", StringComparison.Ordinal).Trim();
        return id.Length == 0 ? null : Bound(id);
    }

    /// <summary>
    /// The ids that In-Reply-To or References name, in their order. In-Reply-To may be a phrase: in
    /// <c>Message from NAME &lt;address&gt; of "date" &lt;id&gt;</c> the address is none.
    /// </summary>
    public static IReadOnlyList<string> Named(string? header)
    {
        if (string.IsNullOrWhiteSpace(header))
            return [];
        var ids = new List<string>();
        var end = 0;
        foreach (var match in Bracketed().EnumerateMatches(header))
        {
            var from = Math.Max(end, match.Index - MaxPhrase);
            var before = header[from..match.Index];
            end = match.Index + match.Length;
            if (!NamesPerson(before))
                ids.Add(Bound(header.Substring(match.Index + 1, match.Length - 2)));
        }

        return ids;
    }

    // 'from NAME' right before the bracket, and neither an address nor 'of "date"' in between: the last 'from' decides.
    private static bool NamesPerson(string before) => From().Match(before) is { Success: true } from && !EndsName().IsMatch(before, from.Index);

    private static string Bound(string id) =>
        id.Length <= MaxLength ? id : $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))}";

    // A quoted left side may hold spaces; brackets never.
    [GeneratedRegex("""<(?:"[^"<>]*"|[^<>\s"])+>""", RegexOptions.CultureInvariant)]
    private static partial Regex Bracketed();

    [GeneratedRegex("""\bfrom\b""", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.RightToLeft)]
    private static partial Regex From();

    [GeneratedRegex("""@|\bof\s+["]""", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex EndsName();
}
