namespace OperationsCatalogue;

/// <summary>
/// Something that can be done to the platform, declared once: from this come the worker's HTTP call, the CLI's verb and,
/// where highlighted, the dashboard's command. It says what exists, not how it is done.
/// </summary>
/// <param name="Name">The name in calls and on the command line, in kebab-case: <c>restore-backup</c>.</param>
/// <param name="Summary">One sentence for help texts, without a full stop at the end.</param>
/// <param name="GuideSection">The section of the operations guide that this replaces, as its heading says.</param>
/// <param name="Effect">Whether it only looks or changes something.</param>
/// <param name="Scope">Which key may call it.</param>
public sealed record Operation(string Name, string Summary, string GuideSection, OperationEffect Effect, OperationScope Scope)
{
    /// <summary>What one should know beyond the summary: whole sentences; empty when there is nothing.</summary>
    public string Description { get; init; } = "";

    /// <summary>What it takes; empty when it takes nothing.</summary>
    public IReadOnlyList<OperationArgument> Arguments { get; init; } = [];

    /// <summary>Whether it can take long: then it is a run that is queued, followed and cancelled, and any worker may take it.</summary>
    public bool IsLong { get; init; }

    /// <summary>Whether it is answered in the call (a GET) and not recorded; else it is a run (a POST).</summary>
    public bool IsAnsweredAtOnce => Effect == OperationEffect.Reads && !IsLong;

    /// <summary>Whether only one run of it may be at work at a time; for long ones.</summary>
    public bool IsExclusive { get; init; }

    /// <summary>Whether it is done even when it cannot be recorded, because the database is what is broken; never for long ones.</summary>
    public bool WorksWithoutDatabase { get; init; }

    /// <summary>Whether it can be asked what it would do. Only operations that change something can.</summary>
    public bool SupportsDryRun { get; init; }

    /// <summary>Whether the dashboard shows it as a command; for the few that people reach for.</summary>
    public bool IsHighlighted { get; init; }

    /// <summary>What a person is asked before it runs, null when nothing is asked; must say what would be lost or interrupted.</summary>
    public string? ConfirmationMessage { get; init; }

    /// <summary>Names of fields of the result that are shown once and never recorded.</summary>
    public IReadOnlyList<string> SecretResults { get; init; } = [];

    /// <summary>How it is called on the command line, arguments and all; at least one.</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];

    /// <summary>What is wrong with the arguments of a call, by name; empty when it may go on.</summary>
    /// <param name="values">The values as a person wrote them.</param>
    public IReadOnlyDictionary<string, string> Check(IReadOnlyDictionary<string, string> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var errors = Arguments.Select(argument => (argument.Name, Error: argument.Check(values.GetValueOrDefault(argument.Name))))
            .Where(checkedArgument => checkedArgument.Error is not null)
            .ToDictionary(checkedArgument => checkedArgument.Name, checkedArgument => checkedArgument.Error!);
        foreach (var unknown in values.Keys.Where(name => Arguments.All(argument => argument.Name != name)))
            errors[unknown] = $"{Name} takes no argument '{unknown}'{(Arguments.Count == 0 ? "." : $"; it takes {string.Join(", ", Arguments.Select(argument => argument.Name))}.")}";
        return errors;
    }
}
