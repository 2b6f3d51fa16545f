namespace OperationsCatalogue.Tests;

public class ArgumentValuesTests
{
    private static readonly Operation _probe = new("probe", "Try values", "Troubleshooting", OperationEffect.Reads, OperationScope.Read)
    {
        Arguments =
        [
            new("length", ArgumentType.Duration, "How long") { Default = "90s" },
            new("count", ArgumentType.Number, "How many"),
            new("really", ArgumentType.Flag, "Whether") { Default = "false" },
            new("at", ArgumentType.Timestamp, "When"),
            new("password", ArgumentType.Text, "Which") { IsSecret = true },
        ],
    };

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("15m", 900)]
    [InlineData("36h", 129600)]
    [InlineData("7d", 604800)]
    [InlineData("01:30:00", 5400)]
    public void Durations_are_read_in_both_forms(string text, double seconds) => Assert.Equal(seconds, Of(("length", text)).Duration("length")!.Value.TotalSeconds);

    [Fact]
    public void Defaults_fill_in_for_what_is_not_given()
    {
        var values = Of(("length", ""));
        Assert.Equal(TimeSpan.FromSeconds(90), values.Duration("length"));
        Assert.False(values.Flag("really"));
        Assert.Null(values.Number("count"));
        Assert.Null(values.Timestamp("at"));
        Assert.Throws<ArgumentException>(() => values.Required("count"));
        Assert.Throws<ArgumentException>(() => values.Text("unknown"));
    }

    [Fact]
    public void Values_are_read_by_their_type()
    {
        var values = Of(("count", "-5"), ("really", "true"), ("at", "2026-01-31T08:00:00+02:00"));
        Assert.Equal(-5, values.Number("count"));
        Assert.True(values.Flag("really"));
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 6, 0, 0, TimeSpan.Zero), values.Timestamp("at"));
    }

    [Fact]
    public void A_secret_is_masked_in_records_and_whole_for_the_handler()
    {
        var values = Of(("password", "hunter2"));
        Assert.Equal("hunter2", values.Required("password"));
        Assert.Equal(ArgumentValues.Mask, values.ForRecord["password"]);
        Assert.DoesNotContain("at", values.ForRecord.Keys);
    }

    [Fact]
    public void A_call_is_checked_as_a_whole_and_unknown_names_are_refused()
    {
        var errors = _probe.Check(new Dictionary<string, string> { ["length"] = "soon", ["colour"] = "red", ["count"] = "5" });
        Assert.Equal(["colour", "length"], errors.Keys.Order());
        Assert.Contains("it takes length, count", errors["colour"], StringComparison.Ordinal);
    }

    private static ArgumentValues Of(params (string Name, string Value)[] given) => new(_probe, given.ToDictionary(value => value.Name, value => value.Value));
}
