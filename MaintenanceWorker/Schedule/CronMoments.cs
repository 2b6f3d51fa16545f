using Quartz;

namespace MaintenanceWorker.Schedule;

/// <summary>
/// The moments of a cron expression, the same from wherever one looks. Quartz alone gives a time of day that comes twice, since the clocks
/// were put back, a second time to whoever asks in between.
/// </summary>
/// <param name="Cron">The expression, in its time zone.</param>
internal sealed record CronMoments(CronExpression Cron)
{
    private static readonly TimeSpan _beforeClocksChanged = TimeSpan.FromHours(3);

    /// <summary>The first moment after a time; null when there is none.</summary>
    public DateTimeOffset? After(DateTimeOffset time)
    {
        var moment = Cron.GetNextValidTimeAfter(time.ToUniversalTime());
        while (moment is { } found && IsRepetition(found))
            moment = Cron.GetNextValidTimeAfter(found);
        return moment;
    }

    /// <summary>The last moment before a time; null when there is none.</summary>
    public DateTimeOffset? Before(DateTimeOffset time)
    {
        var moment = Cron.GetPreviousValidTimeBefore(time.ToUniversalTime());
        while (moment is { } found && IsRepetition(found))
            moment = Cron.GetPreviousValidTimeBefore(found);
        return moment;
    }

    /// <summary>Whether a moment is not reached from before the clocks were put back.</summary>
    private bool IsRepetition(DateTimeOffset moment)
    {
        if (!Cron.TimeZone.IsAmbiguousTime(moment))
            return false;
        DateTimeOffset? reached = moment - _beforeClocksChanged;
        while (reached < moment)
            reached = Cron.GetNextValidTimeAfter(reached.Value);
        return reached != moment;
    }
}
