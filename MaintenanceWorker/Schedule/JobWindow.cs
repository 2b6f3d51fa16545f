using System.Globalization;
using System.Text.RegularExpressions;

namespace MaintenanceWorker.Schedule;

/// <summary>The part of the day in which runs may begin.</summary>
/// <param name="From">From this local time on.</param>
/// <param name="To">Up to this one; earlier than <paramref name="From"/> over midnight.</param>
internal sealed partial record JobWindow(TimeOnly From, TimeOnly To)
{
    /// <summary>Reads <c>01:00-05:00</c>.</summary>
    /// <returns>Null when it cannot be read, or when it begins where it ends.</returns>
    public static JobWindow? Parse(string text) =>
        Form().IsMatch(text)
        && TimeOnly.TryParseExact(text[..5], "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var from)
        && TimeOnly.TryParseExact(text[6..], "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var to)
        && from != to ? new(from, to) : null;

    public bool Contains(DateTimeOffset moment, TimeZoneInfo zone)
    {
        var local = TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, zone).DateTime);
        return From < To ? local >= From && local < To : local >= From || local < To;
    }

    /// <summary>When a window that is open closes: found by walking, so that clocks may change on the way.</summary>
    public DateTimeOffset ClosesAfter(DateTimeOffset moment, TimeZoneInfo zone)
    {
        var minute = new DateTimeOffset(moment.UtcTicks - (moment.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
        while (Contains(minute, zone))
            minute = minute.AddMinutes(1);
        return minute;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{From:HH:mm}-{To:HH:mm}");

    [GeneratedRegex("^[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}$")]
    private static partial Regex Form();
}
