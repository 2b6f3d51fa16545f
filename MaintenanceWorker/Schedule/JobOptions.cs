namespace MaintenanceWorker.Schedule;

/// <summary>One job: configuration section <c>Schedule:Jobs:name</c>.</summary>
public sealed class JobOptions
{
    /// <summary>The operation's name in the catalogue.</summary>
    public string Operation { get; set; } = "";

    /// <summary>When: five fields as in crontab (<c>0 2 * * *</c>), a macro such as <c>@daily</c>, or Quartz's six or seven fields, which begin with seconds. Not more often than once a minute.</summary>
    public string Cron { get; set; } = "";

    /// <summary>The IANA time zone in which Cron and Window are read. A time that the clocks skip is run at the next one there is; a time of day that comes twice is run once.</summary>
    public string TimeZone { get; set; } = "UTC";

    /// <summary>Local time in which a run may begin, such as <c>01:00-05:00</c>; over midnight is allowed. A moment outside is skipped. None by default.</summary>
    public string? Window { get; set; }

    /// <summary>Up to so much later, by a share that belongs to the job and the moment, so that platforms do not all begin at once; 0 to 1 h, less than between two moments.</summary>
    public TimeSpan Jitter { get; set; }

    /// <summary>A moment that was missed is run late if it is not older than this, and only the latest; 0 to 7 days.</summary>
    public TimeSpan CatchUp { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The operation's arguments, as they are written on the command line.</summary>
    public Dictionary<string, string> Arguments { get; set; } = [];

    /// <summary>Whether only to say what would be done.</summary>
    public bool DryRun { get; set; }

    /// <summary>Whether it is run at all.</summary>
    public bool Enabled { get; set; } = true;
}
