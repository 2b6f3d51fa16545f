using System.Text.RegularExpressions;
using OperationsCatalogue;
using Quartz;

namespace MaintenanceWorker.Schedule;

/// <summary>Reads a job from configuration, and says everything that is wrong with it.</summary>
internal static partial class JobReading
{
    private const int GapsLookedAt = 200;
    private static readonly TimeSpan _longestJitter = TimeSpan.FromHours(1);
    private static readonly TimeSpan _longestCatchUp = TimeSpan.FromDays(7);

    /// <param name="name">The job's name.</param>
    /// <param name="options">What configuration says of it.</param>
    /// <param name="keepRuns">How long finished runs are kept: they tell that a moment was run.</param>
    /// <param name="now">From when on its times are looked at.</param>
    /// <param name="errors">Takes a sentence for each mistake.</param>
    /// <returns>Null when there are mistakes.</returns>
    public static ScheduledJob? Read(string name, JobOptions options, TimeSpan keepRuns, DateTimeOffset now, List<string> errors)
    {
        var before = errors.Count;
        var place = $"{ScheduleOptions.Section}:Jobs:{name}";
        if (!KebabCase().IsMatch(name))
            errors.Add($"{place}: a job's name is written in small letters, digits and single dashes, such as vacuum-at-night.");
        var operation = Operation(place, options, errors);
        var cron = Cron(place, options, errors);
        var window = options.Window is { Length: > 0 } text ? JobWindow.Parse(text) : null;
        if (options.Window is { Length: > 0 } && window is null)
            errors.Add($"{place}:Window is '{options.Window}'. Write two different local times, such as 01:00-05:00.");
        if (options.CatchUp < TimeSpan.Zero || options.CatchUp > _longestCatchUp || options.CatchUp >= keepRuns)
            errors.Add($"{place}:CatchUp is {options.CatchUp}. Write 00:00:00 to 7.00:00:00, and less than Operations:KeepRuns ({keepRuns}), since kept runs tell what was run.");
        if (options.Jitter < TimeSpan.Zero || options.Jitter > _longestJitter)
            errors.Add($"{place}:Jitter is {options.Jitter}. Write 00:00:00 to 01:00:00.");
        if (errors.Count > before)
            return null;

        var job = new ScheduledJob(name, operation!, new(operation!, options.Arguments), cron!, window, options.Jitter, options.CatchUp, options.DryRun, options.Enabled);
        CheckTimes(place, options, job, now, errors);
        return errors.Count > before ? null : job;
    }

    private static Operation? Operation(string place, JobOptions options, List<string> errors)
    {
        if (Catalogue.Find(options.Operation) is not { } operation)
        {
            errors.Add($"{place}:Operation is '{options.Operation}'. There are {string.Join(", ", Catalogue.Operations.Select(known => known.Name))}.");
            return null;
        }

        errors.AddRange(operation.Check(options.Arguments).Select(error => $"{place}:Arguments:{error.Key}: {error.Value}"));
        if (options.DryRun && !operation.SupportsDryRun)
            errors.Add($"{place}:DryRun is true, but {operation.Name} has no dry run. Leave it out.");
        if (operation.SecretResults.Count > 0 || operation.Arguments.Any(argument => argument.IsSecret))
            errors.Add($"{place}:Operation is {operation.Name}, which takes or shows secrets. They are not recorded, so it cannot be scheduled: call it yourself.");
        return operation;
    }

    private static CronExpression? Cron(string place, JobOptions options, List<string> errors)
    {
        CronExpression? cron = null;
        try
        {
            var fields = options.Cron.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Length;
            cron = CronExpression.Parse(options.Cron, fields == 5 ? CronFormat.Unix : CronFormat.Quartz);
        }
        catch (FormatException e)
        {
            errors.Add($"{place}:Cron is '{options.Cron}': {e.Message.TrimEnd('.')}. Write minute, hour, day of month, month and day of week, such as 0 2 * * * for two o'clock each night.");
        }

        if (TimeZoneInfo.TryFindSystemTimeZoneById(options.TimeZone, out var zone))
            return cron?.WithTimeZone(zone);
        errors.Add($"{place}:TimeZone is '{options.TimeZone}'. Write UTC or an IANA name such as Europe/Berlin; if it is one, this machine lacks the package tzdata.");
        return null;
    }

    private static void CheckTimes(string place, JobOptions options, ScheduledJob job, DateTimeOffset now, List<string> errors)
    {
        if (job.Cron.GetNextValidTimeAfter(now) is not { } first)
        {
            // What came once and does not come again is no mistake: a restart must not stumble over it.
            if (job.Cron.GetPreviousValidTimeBefore(now) is null)
                errors.Add($"{place}:Cron is '{options.Cron}', which never comes. Write a date that exists.");
            return;
        }

        var shortest = TimeSpan.MaxValue;
        for (var (moment, looked) = (first, 0); looked < GapsLookedAt && job.Cron.GetNextValidTimeAfter(moment) is { } next; (moment, looked) = (next, looked + 1))
            shortest = next - moment < shortest ? next - moment : shortest;
        if (shortest < TimeSpan.FromMinutes(1))
            errors.Add($"{place}:Cron is '{options.Cron}', which comes every {shortest.TotalSeconds:0} s. Write one that comes at most once a minute; where the first of six fields is the second, 0 is usually meant.");
        else if (job.Jitter >= shortest)
            errors.Add($"{place}:Jitter is {job.Jitter}, but moments lie {shortest} apart. Write less than that.");
        else if (job.Window is not null && job.NextRun(now) is null)
            errors.Add($"{place}:Window is {job.Window}, but '{options.Cron}' never comes within it in {job.Zone.Id}. Change one of the two.");
    }

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex KebabCase();
}
