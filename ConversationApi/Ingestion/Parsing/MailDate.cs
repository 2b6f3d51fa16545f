using System.Globalization;
using System.Text.RegularExpressions;

namespace ConversationApi.Ingestion.Parsing;

/// <summary>Reads dates as RFC 5322 has them, obsolete forms included.</summary>
internal static partial class MailDate
{
    private const int MaxLength = 200;
    private static readonly string[] _months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    public static DateTimeOffset? Parse(string? text)
    {
        // Whatever comes after so much is no date.
        text = text is null ? null : MailText.Cut(text.Trim(), MaxLength);
        if (text is not null && Rfc5322().Match(text) is { Success: true } match)
            return FromMatch(match);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var other) ? other.ToUniversalTime() : null;
    }

    private static DateTimeOffset? FromMatch(Match match)
    {
        int Number(string group) => match.Groups[group] is { Success: true } g ? int.Parse(g.ValueSpan, CultureInfo.InvariantCulture) : 0;
        var year = Number("year");
        if (match.Groups["year"].Length < 4)
            year += year < 50 ? 2000 : 1900;
        var month = Array.IndexOf(_months, match.Groups["month"].Value.ToLowerInvariant()) + 1;
        if (month == 0 || year is < 1900 or > 9998 || Number("day") is < 1 or > 31 || Number("hour") > 23 || Number("minute") > 59
            || Number("day") > DateTime.DaysInMonth(year, month))
            return null;
        // A leap second is as good as the one before it.
        var local = new DateTime(year, month, Number("day"), Number("hour"), Number("minute"), Math.Min(Number("second"), 59), DateTimeKind.Utc);
        return new DateTimeOffset(local, TimeSpan.Zero) - Offset(match.Groups["zone"].Value);
    }

    private static TimeSpan Offset(string zone)
    {
        if (zone.Length == 5 && zone[0] is '+' or '-' && int.TryParse(zone.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var hhmm))
            return TimeSpan.FromMinutes(Math.Clamp((hhmm / 100 * 60) + (hhmm % 100), 0, 14 * 60) * (zone[0] == '-' ? -1 : 1));
        return TimeSpan.FromHours(zone.ToUpperInvariant() switch
        {
            "EDT" => -4, "EST" or "CDT" => -5, "CST" or "MDT" => -6, "MST" or "PDT" => -7, "PST" => -8, _ => 0,
        });
    }

    [GeneratedRegex(@"^\s*(?:[A-Za-z]{3,9}\s*,)?\s*(?<day>[0-9]{1,2})[\s-]+(?<month>[A-Za-z]{3})[a-z]*[\s-]+(?<year>[0-9]{2,4})\s+(?<hour>[0-9]{1,2}):(?<minute>[0-9]{2})(?::(?<second>[0-9]{2})(?:\.[0-9]+)?)?\s*(?<zone>[+-][0-9]{4}|[A-Za-z]{1,5})?",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Rfc5322();
}
