using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace ConversationApi.Search.Answers;

/// <summary>Makes harmless HTML of what ts_headline gives. Its marks are control characters, which the statement takes out of the mail before.</summary>
internal static class Highlights
{
    private const char Start = '\u0001';
    private const char Stop = '\u0002';
    private const char Between = '\u0003';
    private static readonly HtmlEncoder _encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>How ts_headline is to mark the subject.</summary>
    public const string ForSubject = "HighlightAll=true, StartSel=\u0001, StopSel=\u0002";

    /// <summary>How ts_headline is to mark the text.</summary>
    public const string ForContent = "MaxFragments=2, MinWords=12, MaxWords=28, StartSel=\u0001, StopSel=\u0002, FragmentDelimiter=\u0003";

    public static List<SearchHighlight> Of(string subject, string content)
    {
        List<SearchHighlight> all = [];
        if (subject.Contains(Start, StringComparison.Ordinal))
            all.Add(new("subject", Html(subject)));
        all.AddRange(content.Split(Between, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(piece => new SearchHighlight("content", Html(piece))));
        return all;
    }

    private static string Html(string marked) => _encoder.Encode(marked)
        .Replace("&#x1;", "<mark>", StringComparison.Ordinal).Replace("&#x2;", "</mark>", StringComparison.Ordinal);
}
