namespace OperationsCatalogue.Tests;

public class ArgumentTests
{
    [Theory]
    [InlineData(ArgumentType.Text, "anything at all")]
    [InlineData(ArgumentType.Number, "5")]
    [InlineData(ArgumentType.Number, "-5")]
    [InlineData(ArgumentType.Flag, "true")]
    [InlineData(ArgumentType.Duration, "15m")]
    [InlineData(ArgumentType.Duration, "01:30:00")]
    [InlineData(ArgumentType.Timestamp, "2026-01-31T08:00:00Z")]
    [InlineData(ArgumentType.Timestamp, "2026-01-31T08:00:00.25+02:00")]
    [InlineData(ArgumentType.Choice, "fast")]
    public void A_value_of_its_type_may_be_used(ArgumentType type, string value) => Assert.Null(Argument(type).Check(value));

    [Theory]
    [InlineData(ArgumentType.Number, "five")]
    [InlineData(ArgumentType.Number, "5.0")]
    [InlineData(ArgumentType.Number, "-6")]
    [InlineData(ArgumentType.Number, "6")]
    [InlineData(ArgumentType.Flag, "yes")]
    [InlineData(ArgumentType.Duration, "15")]
    [InlineData(ArgumentType.Duration, "-01:00:00")]
    [InlineData(ArgumentType.Duration, "soon")]
    [InlineData(ArgumentType.Timestamp, "2026-01-31T08:00:00")]
    [InlineData(ArgumentType.Timestamp, "2026-02-31T08:00:00Z")]
    [InlineData(ArgumentType.Timestamp, "yesterday")]
    [InlineData(ArgumentType.Choice, "Fast")]
    public void A_value_of_another_type_is_refused_with_its_name(ArgumentType type, string value)
        => Assert.StartsWith("probe is ", Argument(type).Check(value), StringComparison.Ordinal);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void A_missing_value_is_refused_only_where_it_is_required(string? value)
    {
        Assert.Null(Argument(ArgumentType.Text).Check(value));
        Assert.StartsWith("probe is required", (Argument(ArgumentType.Text) with { IsRequired = true }).Check(value), StringComparison.Ordinal);
    }

    private static OperationArgument Argument(ArgumentType type) => new("probe", type, "What is tried")
    {
        Choices = type == ArgumentType.Choice ? ["fast", "smart"] : [],
        Minimum = type == ArgumentType.Number ? -5 : null,
        Maximum = type == ArgumentType.Number ? 5 : null,
    };
}
