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
    /// <summary>What it takes; empty when it takes nothing.</summary>
    public IReadOnlyList<OperationArgument> Arguments { get; init; } = [];

    /// <summary>Whether it can be asked what it would do. Only operations that change something can.</summary>
    public bool SupportsDryRun { get; init; }

    /// <summary>Whether the dashboard shows it as a command; for the few that people reach for.</summary>
    public bool IsHighlighted { get; init; }

    /// <summary>What a person is asked before it runs, null when nothing is asked; must say what would be lost or interrupted.</summary>
    public string? ConfirmationMessage { get; init; }
}
