namespace MaintenanceWorker.Alerts;

/// <summary>How much a finding matters.</summary>
public enum AlertSeverity
{
    /// <summary>Worth knowing.</summary>
    Info,

    /// <summary>Worth looking at.</summary>
    Warning,

    /// <summary>Close to the limit.</summary>
    High,

    /// <summary>Something does not work, or soon will not.</summary>
    Critical,
}

/// <summary>A threshold that is crossed, or something that does not work.</summary>
/// <param name="Rule">The rule, such as <c>connections</c>: stable, for machines.</param>
/// <param name="Subject">What it is about where there are several: a server, a slot. Empty otherwise.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Message">What is the matter, with numbers.</param>
public sealed record Finding(string Rule, string Subject, AlertSeverity Severity, string Message)
{
    /// <summary>As the guide's script printed it: <c>WARNING: 12 slow queries detected</c>.</summary>
    public override string ToString() => $"{Severity.ToString().ToUpperInvariant()}: {Message}";
}
