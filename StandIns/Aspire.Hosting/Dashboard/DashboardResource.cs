using Google.Protobuf.WellKnownTypes;

namespace Aspire.Hosting.Dashboard;

/// <summary>What the dashboard shows of one resource at one moment.</summary>
/// <param name="Name">Unique; for a running program its name in the orchestrator, whose part after the last '-' is the <c>service.instance.id</c> of its telemetry.</param>
/// <param name="DisplayName">What people call it; resources of one display name are replicas.</param>
/// <param name="Type">Project, Executable, Container, Parameter, or any other word.</param>
internal sealed record DashboardResource(string Name, string DisplayName, string Type)
{
    /// <summary>Stays the same as long as it is the same thing; its name when nothing else is known.</summary>
    public string Uid { get; init; } = Name;

    /// <summary>Starting, Running, Finished, Exited, FailedToStart, Waiting, ... or any other word.</summary>
    public string? State { get; init; }

    /// <summary>success, info, warning, error, or null for what belongs to the state.</summary>
    public string? StateStyle { get; init; }

    /// <summary>Always given: without it the page stays on 'Loading...' without an error.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? StoppedAt { get; init; }

    public IReadOnlyList<DashboardVariable> Environment { get; init; } = [];

    public IReadOnlyList<DashboardUrl> Urls { get; init; } = [];

    public IReadOnlyList<DashboardProperty> Properties { get; init; } = [];

    public IReadOnlyList<DashboardCommand> Commands { get; init; } = [];

    public IReadOnlyList<DashboardHealthReport> HealthReports { get; init; } = [];

    public IReadOnlyList<DashboardRelationship> Relationships { get; init; } = [];

    public bool Hidden { get; init; }

    /// <summary>The name of a Fluent UI icon.</summary>
    public string? IconName { get; init; }

    public bool IconFilled { get; init; }

    public bool Deleted { get; init; }
}

/// <summary>An environment variable; the dashboard masks every value until it is asked to show it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value, filled in.</param>
/// <param name="IsFromSpec">Set by the application model, not inherited; others are hidden at first.</param>
internal sealed record DashboardVariable(string Name, string? Value, bool IsFromSpec = true);

/// <param name="EndpointName">Null for a link that is no endpoint.</param>
/// <param name="FullUrl">Scheme, host, port and path.</param>
/// <param name="Internal">Shown in the details only.</param>
/// <param name="Inactive">Not shown: what would answer does not run.</param>
/// <param name="SortOrder">Lower comes first.</param>
/// <param name="DisplayName">Shown in place of the address; empty for the address itself.</param>
internal sealed record DashboardUrl(string? EndpointName, string FullUrl, bool Internal = false, bool Inactive = false, int SortOrder = 0, string DisplayName = "");

/// <param name="Name">Those the dashboard knows: <c>project.path</c>, <c>executable.path</c>, <c>executable.pid</c>, <c>executable.workDir</c>, <c>executable.args</c>, <c>resource.exitCode</c>, ...</param>
/// <param name="Value">Text, a number, a truth, a list of values, or null.</param>
/// <param name="DisplayName">For names the dashboard does not know.</param>
/// <param name="Sensitive">Masked until asked for.</param>
internal sealed record DashboardProperty(string Name, object? Value, string? DisplayName = null, bool Sensitive = false)
{
    internal Value ToProtobuf() => Convert(Value);

    private static Value Convert(object? value) => value switch
    {
        null => Google.Protobuf.WellKnownTypes.Value.ForNull(),
        string text => Google.Protobuf.WellKnownTypes.Value.ForString(text),
        bool truth => Google.Protobuf.WellKnownTypes.Value.ForBool(truth),
        IEnumerable<object?> items => Google.Protobuf.WellKnownTypes.Value.ForList([.. items.Select(Convert)]),
        byte or short or int or long or float or double or decimal => Google.Protobuf.WellKnownTypes.Value.ForNumber(System.Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture)),
        IFormattable formattable => Google.Protobuf.WellKnownTypes.Value.ForString(formattable.ToString(null, System.Globalization.CultureInfo.InvariantCulture)),
        _ => Google.Protobuf.WellKnownTypes.Value.ForString(value.ToString() ?? ""),
    };
}

/// <param name="Name">What <see cref="IDashboardResources.ExecuteCommandAsync"/> is called with; <c>start</c>, <c>stop</c> and <c>restart</c> are the dashboard's words for those.</param>
/// <param name="DisplayName">On the menu.</param>
internal sealed record DashboardCommand(string Name, string DisplayName)
{
    public string? Description { get; init; }

    /// <summary>When given, asked before the command runs.</summary>
    public string? ConfirmationMessage { get; init; }

    /// <summary>Shown as a button beside the menu.</summary>
    public bool Highlighted { get; init; }

    /// <summary>The name of a Fluent UI icon.</summary>
    public string? IconName { get; init; }

    public bool IconFilled { get; init; }

    public DashboardCommandState State { get; init; }
}

internal enum DashboardCommandState { Enabled, Disabled, Hidden }

/// <param name="Key">The check's name.</param>
/// <param name="Status">Null until it has run for the first time.</param>
internal sealed record DashboardHealthReport(string Key, DashboardHealth? Status)
{
    public string Description { get; init; } = "";

    public string Exception { get; init; } = "";

    public DateTimeOffset? LastRunAt { get; init; }
}

internal enum DashboardHealth { Healthy, Unhealthy, Degraded }

/// <param name="ResourceName">The other one's display name.</param>
/// <param name="Type">Reference, WaitFor, Parent, or any other word; Parent nests the resource below the other one.</param>
internal sealed record DashboardRelationship(string ResourceName, string Type);

/// <param name="Text">Without its line end; ANSI colours and a leading RFC 3339 time are understood.</param>
/// <param name="IsStdErr">From standard error.</param>
/// <param name="Number">From 1 on, in the order of the lines.</param>
internal sealed record DashboardLogLine(string Text, bool IsStdErr, int Number);

/// <param name="Success">Whether it did what it is for.</param>
/// <param name="ErrorMessage">Shown to the user when it did not; null for one who cancelled it.</param>
/// <param name="Cancelled">The user called it off: nothing is shown.</param>
internal sealed record DashboardCommandResult(bool Success, string? ErrorMessage = null, bool Cancelled = false)
{
    /// <summary>Said to the user when it did.</summary>
    public string? Message { get; init; }

    public DashboardCommandOutput? Output { get; init; }
}

/// <param name="Value">What the command found, as text.</param>
/// <param name="Format">How to read the text.</param>
/// <param name="DisplayImmediately">Opened at once; otherwise the user is offered it.</param>
internal sealed record DashboardCommandOutput(string Value, DashboardOutputFormat Format, bool DisplayImmediately);

internal enum DashboardOutputFormat { Text, Json, Markdown }
