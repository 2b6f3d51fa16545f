using System.Globalization;

namespace OperationsCatalogue;

/// <summary>The values of a call's arguments, defaults filled in. Only for values that <see cref="Operation.Check"/> found nothing wrong with.</summary>
/// <param name="operation">What is called.</param>
/// <param name="given">The values as a person wrote them.</param>
public sealed class ArgumentValues(Operation operation, IReadOnlyDictionary<string, string> given)
{
    /// <summary>What stands for a secret in records.</summary>
    public const string Mask = "***";

    /// <summary>Everything that counts, with secrets masked: what may be recorded.</summary>
    public IReadOnlyDictionary<string, string> ForRecord { get; } = operation.Arguments
        .Select(argument => (argument.Name, Value: Find(argument, given) is { } value ? argument.IsSecret ? Mask : value : null))
        .Where(argument => argument.Value is not null)
        .ToDictionary(argument => argument.Name, argument => argument.Value!);

    /// <summary>A value as it was written.</summary>
    /// <param name="name">The argument's name.</param>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="ArgumentException">The operation declares no such argument.</exception>
    public string? Text(string name) => Find(operation.Arguments.FirstOrDefault(argument => argument.Name == name)
        ?? throw new ArgumentException($"{operation.Name} declares no argument '{name}'.", nameof(name)), given);

    /// <summary>A value that is always there: required, or with a default.</summary>
    /// <param name="name">The argument's name.</param>
    /// <exception cref="ArgumentException">It is not there.</exception>
    public string Required(string name) => Text(name) ?? throw new ArgumentException($"{operation.Name} has no value for '{name}'.", nameof(name));

    /// <summary>A whole number.</summary>
    /// <param name="name">The argument's name.</param>
    /// <returns>Null when there is none.</returns>
    public long? Number(string name) => Text(name) is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>Whether a flag is set.</summary>
    /// <param name="name">The argument's name.</param>
    public bool Flag(string name) => Text(name) is { } text && bool.Parse(text);

    /// <summary>A length of time.</summary>
    /// <param name="name">The argument's name.</param>
    /// <returns>Null when there is none.</returns>
    public TimeSpan? Duration(string name) => Text(name) is { } text ? ParseDuration(text) : null;

    /// <summary>A moment.</summary>
    /// <param name="name">The argument's name.</param>
    /// <returns>Null when there is none.</returns>
    public DateTimeOffset? Timestamp(string name) => Text(name) is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : null;

    private static string? Find(OperationArgument argument, IReadOnlyDictionary<string, string> given) =>
        given.GetValueOrDefault(argument.Name) is { Length: > 0 } value ? value : argument.Default;

    private static TimeSpan ParseDuration(string text)
    {
        if (text.Contains(':', StringComparison.Ordinal))
            return TimeSpan.ParseExact(text, "c", CultureInfo.InvariantCulture);
        var amount = long.Parse(text.AsSpan(0, text.Length - 1), CultureInfo.InvariantCulture);
        return text[^1] switch
        {
            's' => TimeSpan.FromSeconds(amount),
            'm' => TimeSpan.FromMinutes(amount),
            'h' => TimeSpan.FromHours(amount),
            _ => TimeSpan.FromDays(amount),
        };
    }
}
