using System.Globalization;
using System.Text.RegularExpressions;

namespace OperationsCatalogue;

/// <summary>Tells what is wrong with an argument's value.</summary>
internal static partial class ArgumentCheck
{
    public static string? Of(OperationArgument argument, string? value)
    {
        if (string.IsNullOrEmpty(value))
            return argument.IsRequired ? $"{argument.Name} is required: {argument.Description}." : null;

        return argument.Type switch
        {
            ArgumentType.Number => Integer(argument, value),
            ArgumentType.Flag => Unless(bool.TryParse(value, out _), argument, value, "true or false"),
            ArgumentType.Duration => Unless(IsDuration(value), argument, value, "a duration such as 90s, 15m, 36h, 7d or 01:30:00"),
            ArgumentType.Timestamp => Unless(IsTimestamp(value), argument, value, "a time with its offset, such as 2026-01-31T08:00:00Z"),
            ArgumentType.Choice => Unless(argument.Choices.Contains(value), argument, value, $"one of {string.Join(", ", argument.Choices)}"),
            _ => null,
        };
    }

    private static string? Integer(OperationArgument argument, string value)
    {
        if (!long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return $"{argument.Name} is '{value}'; it must be a whole number.";
        if (number < argument.Minimum)
            return $"{argument.Name} is {number}; the smallest allowed is {argument.Minimum}.";

        return number > argument.Maximum ? $"{argument.Name} is {number}; the largest allowed is {argument.Maximum}." : null;
    }

    private static string? Unless(bool right, OperationArgument argument, string value, string expected)
        => right ? null : $"{argument.Name} is '{value}'; it must be {expected}.";

    private static bool IsDuration(string value)
        => ShortDuration().IsMatch(value)
            || (TimeSpan.TryParseExact(value, "c", CultureInfo.InvariantCulture, out var length) && length >= TimeSpan.Zero && value.Contains(':', StringComparison.Ordinal));

    private static bool IsTimestamp(string value)
        => OffsetAtEnd().IsMatch(value) && DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    [GeneratedRegex("^[0-9]{1,6}[smhd]$")]
    private static partial Regex ShortDuration();

    [GeneratedRegex("^[0-9]{4}-[0-9]{2}-[0-9]{2}T.+(Z|[+-][0-9]{2}:[0-9]{2})$")]
    private static partial Regex OffsetAtEnd();
}
