using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OperationsCatalogue;
using Quartz;

namespace MaintenanceWorker.Schedule;

/// <summary>A job whose configuration was found to be right.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Operation">What it does.</param>
/// <param name="Arguments">With these.</param>
/// <param name="Cron">When, in its time zone.</param>
/// <param name="Window">When a run may begin; null for always.</param>
/// <param name="Jitter">How much later at most.</param>
/// <param name="CatchUp">How old a moment may be and still be run.</param>
/// <param name="DryRun">Whether only to say what would be done.</param>
/// <param name="IsEnabled">Whether it is run at all.</param>
internal sealed record ScheduledJob(
    string Name, Operation Operation, ArgumentValues Arguments, CronExpression Cron, JobWindow? Window, TimeSpan Jitter, TimeSpan CatchUp, bool DryRun, bool IsEnabled)
{
    private const int MostLookedThrough = 2000;
    private readonly CronMoments _moments = new(Cron);

    public TimeZoneInfo Zone => Cron.TimeZone;

    /// <summary>What it takes to tell that the job's times were changed.</summary>
    public string Definition => IsEnabled ? $"{Cron.CronExpressionString} {Zone.Id}" : "disabled";

    /// <summary>When a moment is to be run: with its share of the jitter, the same on every worker.</summary>
    public DateTimeOffset DueAt(DateTimeOffset moment)
    {
        if (Jitter == TimeSpan.Zero)
            return moment;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Name}|{moment.UtcTicks}")));
        return moment.AddTicks((long)(BinaryPrimitives.ReadUInt64BigEndian(hash) % (ulong)Jitter.Ticks));
    }

    /// <summary>The latest moment that is due; null when there was none yet.</summary>
    public DateTimeOffset? LatestDue(DateTimeOffset now)
    {
        // The moment now counts, and one looks before what is given.
        var moment = _moments.Before(now.AddTicks(1));
        while (moment is { } later && DueAt(later) > now)
            moment = _moments.Before(later);
        return moment;
    }

    /// <summary>When there will be something to decide; null when never again.</summary>
    public DateTimeOffset? NextDue(DateTimeOffset now)
    {
        var moment = _moments.After(now - Jitter);
        while (moment is { } earlier && DueAt(earlier) <= now)
            moment = _moments.After(earlier);
        return moment is { } next ? DueAt(next) : null;
    }

    /// <summary>The next time that it is run; null when never again, as far as one can look.</summary>
    public DateTimeOffset? NextRun(DateTimeOffset now)
    {
        var next = NextDue(now);
        for (var looked = 0; Window is not null && next is { } due && !Window.Contains(due, Zone); looked++)
            next = looked < MostLookedThrough ? NextDue(due) : null;
        return next;
    }
}
