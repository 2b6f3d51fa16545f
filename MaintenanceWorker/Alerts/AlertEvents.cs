namespace MaintenanceWorker.Alerts;

/// <summary>Ids of what alerts log, one for the beginning of a finding and one for its end. They are promised: searches and alerts of others rest on them.</summary>
internal static class AlertEvents
{
    /// <summary>A finding began, or changed its severity. The entry has the rule, the subject, the severity and the message.</summary>
    public const int Began = 2201;

    /// <summary>It ended. The entry has the rule and the subject.</summary>
    public const int Ended = 2202;

    /// <summary>The findings could not be looked for, for a reason that nobody foresaw; they are looked for again all the same.</summary>
    public const int LookBroken = 2203;
}
