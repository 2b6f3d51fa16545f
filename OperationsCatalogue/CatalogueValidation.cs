using System.Text.RegularExpressions;

namespace OperationsCatalogue;

/// <summary>What must hold for a list of operations, so that every way of calling them can be made from it.</summary>
public static partial class CatalogueValidation
{
    /// <summary>Finds what is wrong with a list of operations.</summary>
    /// <param name="operations">The list.</param>
    /// <returns>One sentence for each mistake; empty when there is none.</returns>
    public static IReadOnlyList<string> Errors(IReadOnlyList<Operation> operations)
    {
        ArgumentNullException.ThrowIfNull(operations);
        return [.. Names("operation", operations.Select(operation => operation.Name)), .. operations.SelectMany(OfOperation)];
    }

    internal static IReadOnlyList<Operation> Checked(IReadOnlyList<Operation> operations)
        => Errors(operations) is { Count: > 0 } errors
            ? throw new InvalidOperationException($"The catalogue of operations is wrong: {string.Join(" ", errors)}")
            : operations;

    private static IEnumerable<string> OfOperation(Operation operation)
    {
        var name = operation.Name;
        if (string.IsNullOrWhiteSpace(operation.Summary) || operation.Summary.EndsWith('.'))
            yield return $"{name}: the summary must be a sentence without a full stop.";
        if (string.IsNullOrWhiteSpace(operation.GuideSection))
            yield return $"{name}: the guide's section is missing.";
        if (operation is { Effect: OperationEffect.Changes, Scope: not OperationScope.Admin })
            yield return $"{name}: it changes something, so it must ask for the admin scope.";
        if (operation is { Effect: OperationEffect.Reads, SupportsDryRun: true })
            yield return $"{name}: it only reads, so a dry run has no meaning.";

        if (operation is { IsExclusive: true, IsLong: false })
            yield return $"{name}: only long operations are exclusive.";
        if (operation is { WorksWithoutDatabase: true, IsLong: true })
            yield return $"{name}: a long operation is queued in the database.";
        if (operation.IsLong && (operation.SecretResults.Count > 0 || operation.Arguments.Any(argument => argument.IsSecret)))
            yield return $"{name}: a run is recorded before it is done, so a long operation has no secrets.";
        if (operation.Effect == OperationEffect.Reads && operation.Arguments.Any(argument => argument.IsSecret))
            yield return $"{name}: what only reads is asked for by a URL, so it has no secrets.";
        if (operation is { Effect: OperationEffect.Reads, ConfirmationMessage: not null })
            yield return $"{name}: it only reads, so there is nothing to confirm.";
        if (operation.Examples.Count == 0 || operation.Examples.Any(example => example != name && !example.StartsWith($"{name} ", StringComparison.Ordinal)))
            yield return $"{name}: at least one example, each beginning with the name, must show how it is called.";

        foreach (var error in Names($"{name}: argument", operation.Arguments.Select(argument => argument.Name)).Concat(operation.Arguments.SelectMany(argument => OfArgument(name, argument))))
            yield return error;
    }

    private static IEnumerable<string> OfArgument(string operation, OperationArgument argument)
    {
        var name = $"{operation} --{argument.Name}";
        if (argument is { IsRequired: true, Default: not null })
            yield return $"{name}: a required argument has no default.";
        if ((argument.Type == ArgumentType.Choice) != (argument.Choices.Count > 0))
            yield return $"{name}: choices belong to arguments of that type, and to all of them.";
        if (argument.Type != ArgumentType.Number && (argument.Minimum ?? argument.Maximum) is not null)
            yield return $"{name}: only numbers have a minimum and a maximum.";
        if (argument.Default is { } value && argument.Check(value) is { } wrong)
            yield return $"{name}: the default is not allowed. {wrong}";
        if (string.IsNullOrWhiteSpace(argument.Description) || argument.Description.EndsWith('.'))
            yield return $"{name}: the description must be a sentence without a full stop.";
    }

    private static IEnumerable<string> Names(string kind, IEnumerable<string> names)
    {
        foreach (var name in names.GroupBy(name => name))
        {
            if (!KebabCase().IsMatch(name.Key))
                yield return $"{kind} '{name.Key}' is not in kebab-case.";
            if (name.Count() > 1)
                yield return $"{kind} '{name.Key}' is declared {name.Count()} times.";
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
    private static partial Regex KebabCase();
}
