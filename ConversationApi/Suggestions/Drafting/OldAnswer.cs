using System.Text.RegularExpressions;

namespace ConversationApi.Suggestions.Drafting;

/// <summary>Makes an answer that was given to one lead fit for another.</summary>
internal static partial class OldAnswer
{
    private const int LongestGreeting = 80;
    private const int ShortestName = 3;

    /// <param name="answered">What was answered, to whom.</param>
    /// <param name="leadName">Who is answered now.</param>
    /// <param name="isShort">Only what comes first.</param>
    public static string Adapt(AnsweredMessage answered, string? leadName, bool isShort)
    {
        var lines = answered.Answer.ReplaceLineEndings("\n").Split('\n').ToList();
        var signature = lines.FindIndex(line => line.TrimEnd() == "--");
        if (signature > 0)
            lines.RemoveRange(signature, lines.Count - signature);
        var first = FirstName(leadName);
        string? greeting = null;
        if (lines.Count > 0 && lines[0].Length <= LongestGreeting && Greeting().Match(lines[0]) is { Success: true } match)
        {
            greeting = first is null ? $"{match.Groups[1].Value}," : $"{match.Groups[1].Value} {first},";
            lines.RemoveAt(0);
        }

        var body = string.Join('\n', lines).Trim();
        if (isShort && body.IndexOf("\n\n", StringComparison.Ordinal) is var end and > 0)
            body = body[..end];
        body = Replace(body, answered.LeadEmail, "");
        body = Replace(body, answered.LeadName, leadName ?? "");
        body = Replace(body, FirstName(answered.LeadName), first ?? "");
        return greeting is null ? body : $"{greeting}\n\n{body}";
    }

    private static string? FirstName(string? name) =>
        name?.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() is { } first && !first.Contains('@', StringComparison.Ordinal) ? first : null;

    // Another lead's name must not reach this one.
    private static string Replace(string text, string? old, string by) =>
        old is { Length: >= ShortestName } ? Regex.Replace(text, $@"(?<!\w){Regex.Escape(old)}(?!\w)", by.Replace("$", "$$", StringComparison.Ordinal), RegexOptions.IgnoreCase) : text;

    [GeneratedRegex(@"^\s*(hi|hello|hey|dear|good morning|good afternoon|good evening|hallo|guten tag|bonjour|hola)\b[^.?]*[,!:.]?\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex Greeting();
}
