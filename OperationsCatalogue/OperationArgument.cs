namespace OperationsCatalogue;

/// <summary>One argument of an operation.</summary>
/// <param name="Name">The name in calls and, after two dashes, on the command line; kebab-case.</param>
/// <param name="Type">What kind of value it takes.</param>
/// <param name="Description">What it means, with unit and range, without a full stop at the end.</param>
public sealed record OperationArgument(string Name, ArgumentType Type, string Description)
{
    /// <summary>Whether a call without it is refused. A required argument has no default.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Whether its value is kept out of records and logs. Only operations that are not long may take one.</summary>
    public bool IsSecret { get; init; }

    /// <summary>The value when none is given, as it would be written on the command line; null for none.</summary>
    public string? Default { get; init; }

    /// <summary>The values allowed, for <see cref="ArgumentType.Choice"/>; empty otherwise.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>The smallest number allowed, for <see cref="ArgumentType.Number"/>; null for no limit.</summary>
    public long? Minimum { get; init; }

    /// <summary>The largest number allowed, for <see cref="ArgumentType.Number"/>; null for no limit.</summary>
    public long? Maximum { get; init; }

    /// <summary>Looks at a value as a person wrote it.</summary>
    /// <param name="value">The value; null or empty when none was given.</param>
    /// <returns>What is wrong with it and what would be right, or null when it may be used.</returns>
    public string? Check(string? value) => ArgumentCheck.Of(this, value);
}
