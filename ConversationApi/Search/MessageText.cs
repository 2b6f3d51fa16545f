using System.Text;
using System.Text.RegularExpressions;
using ConversationApi.Ingestion.Parsing;

namespace ConversationApi.Search;

/// <summary>What somebody wrote in a message: its subject and its text, without what it quotes.</summary>
internal static partial class MessageText
{
    // Longer lines are no sentence of a mail program, and patterns need not look at them.
    private const int LongestIntroduction = 300;
    private const int MaxPrefixes = 10;

    /// <param name="subject">With its Re: and Fwd:, which are left out.</param>
    /// <param name="content">Plain text.</param>
    /// <param name="most">At most so many characters in all.</param>
    public static string Of(string subject, string content, int most)
    {
        var text = new StringBuilder(Subject(subject));
        var lines = content.Split('\n', StringSplitOptions.TrimEntries);
        for (var i = 0; i < lines.Length && text.Length < most && !Original().IsMatch(Short(lines[i])); i++)
        {
            var introduction = IntroductionAt(lines, i);
            if (introduction == 0 && !lines[i].StartsWith('>'))
                text.Append('\n').Append(lines[i]);
            i += Math.Max(0, introduction - 1);
        }

        return MailText.Cut(text.ToString(), most);
    }

    private static string Subject(string subject)
    {
        for (var i = 0; i < MaxPrefixes && Prefix().Match(subject) is { Success: true } prefix; i++)
            subject = subject[prefix.Length..];
        return subject;
    }

    /// <summary>How many lines the sentence above a quotation takes that begins here: 0 when none does, and 2 when it is broken in two.</summary>
    private static int IntroductionAt(string[] lines, int at)
    {
        var line = Short(lines[at]);
        if (Wrote().IsMatch(line))
            return Opening().IsMatch(line) || lines.Skip(at + 1).FirstOrDefault(next => next.Length > 0)?.StartsWith('>') == true ? 1 : 0;
        return at + 1 < lines.Length && Opening().IsMatch(line) && Wrote().IsMatch(Short(lines[at + 1])) ? 2 : 0;
    }

    private static string Short(string line) => line.Length <= LongestIntroduction ? line : "";

    [GeneratedRegex(@"^\s*(re|aw|sv|fw|fwd|wg)(\[[0-9]+\])?\s*:\s*", RegexOptions.IgnoreCase)]
    private static partial Regex Prefix();

    [GeneratedRegex(@"^(on|am|le|el|den)\s", RegexOptions.IgnoreCase)]
    private static partial Regex Opening();

    [GeneratedRegex(@"(wrote|writes|said|schrieb|a écrit|escribió|skrev)\s*:$", RegexOptions.IgnoreCase)]
    private static partial Regex Wrote();

    [GeneratedRegex(@"^-{2,}\s*(original message|forwarded message|ursprüngliche nachricht)\s*-{2,}$", RegexOptions.IgnoreCase)]
    private static partial Regex Original();
}
