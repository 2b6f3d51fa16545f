using FsCheck;
using FsCheck.Fluent;
using MaintenanceWorker.Schedule;

namespace MaintenanceWorker.Tests.Schedule;

/// <summary>Crontab's five fields against an oracle that asks every minute whether it fits.</summary>
public sealed class UnixCronProperties
{
    private const int MinutesWalked = 400 * 24 * 60;
    private static readonly DateTimeOffset _first = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Arbitrary<(Field Minute, Field Hour, Field Day, Field Month, Field Weekday, int From)> _schedules =
        (from minute in FieldOf(0, 59)
         from hour in FieldOf(0, 23)
         from day in FieldOf(1, 28)
         from month in FieldOf(1, 12)
         from weekday in FieldOf(0, 7).Select(field => field with { IsAny = field.IsAny || field.Text is "0-6" or "1-7" or "0-7" })
         from start in Gen.Choose(0, 600 * 24 * 60)
         select (minute, hour, day, month, weekday, start)).ToArbitrary();

    [Fact]
    public void Each_expression_comes_exactly_when_its_fields_say() =>
        Prop.ForAll(_schedules, s =>
        {
            var text = $"{s.Minute.Text} {s.Hour.Text} {s.Day.Text} {s.Month.Text} {s.Weekday.Text}";
            var errors = new List<string>();
            var job = JobReading.Read("job", new() { Operation = "verify-database", Cron = text }, TimeSpan.FromDays(90), _first, errors);
            var from = _first.AddMinutes(s.From);
            var expected = Walk(from, 1, Fits);
            return errors.Count == 0 && expected == job!.Cron.GetNextValidTimeAfter(from) && Walk(from, -1, Fits) == job.LatestDue(from.AddTicks(-1));

            // Where both days are given, crontab takes either; a week from end to end is as good as a star.
            bool Fits(DateTimeOffset m) => s.Minute.Values.Contains(m.Minute) && s.Hour.Values.Contains(m.Hour) && s.Month.Values.Contains(m.Month)
                && (s.Day.IsAny || s.Weekday.IsAny ? FitsDay(m) && FitsWeekday(m) : FitsDay(m) || FitsWeekday(m));
            bool FitsDay(DateTimeOffset m) => s.Day.IsAny || s.Day.Values.Contains(m.Day);
            bool FitsWeekday(DateTimeOffset m) => s.Weekday.Values.Contains((int)m.DayOfWeek) || (m.DayOfWeek == DayOfWeek.Sunday && s.Weekday.Values.Contains(7));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    private static DateTimeOffset? Walk(DateTimeOffset from, int step, Func<DateTimeOffset, bool> fits)
    {
        for (var i = 1; i <= MinutesWalked; i++)
        {
            if (fits(from.AddMinutes(step * i)))
                return from.AddMinutes(step * i);
        }

        return null;
    }

    private static Gen<Field> FieldOf(int low, int high) => Gen.OneOf(
        Gen.Constant(new Field("*", true, [.. Enumerable.Range(low, high - low + 1)])),
        from value in Gen.Choose(low, high) select new Field($"{value}", false, [value]),
        from a in Gen.Choose(low, high) from b in Gen.Choose(low, high) select Range(Math.Min(a, b), Math.Max(a, b), 1),
        from a in Gen.Choose(low, high) from b in Gen.Choose(low, high) from step in Gen.Choose(2, 5) select Range(Math.Min(a, b), Math.Max(a, b), step),
        from values in Gen.NonEmptyListOf(Gen.Choose(low, high)) select new Field(string.Join(',', values), false, [.. values]));

    private static Field Range(int from, int to, int step) =>
        new(step == 1 ? $"{from}-{to}" : $"{from}-{to}/{step}", false, [.. Enumerable.Range(from, to - from + 1).Where(value => (value - from) % step == 0)]);

    private sealed record Field(string Text, bool IsAny, int[] Values);
}
