using System.Diagnostics;
using System.Globalization;
using ConversationApi.Ingestion.Parsing;

namespace ConversationApi.Tests.Ingestion;

public sealed class MailDateTests
{
    [Theory]
    [InlineData("Mon, 01 Jan 2024 10:00:00 +0200", "2024-01-01T08:00:00Z")]
    [InlineData("  1 Jan 24 10:00 EST (and a comment)", "2024-01-01T15:00:00Z")]
    [InlineData("2024-01-01T10:00:00Z", "2024-01-01T10:00:00Z")]
    [InlineData("Mon, \u0660\u0661 Jan \u0662\u0660\u0662\u0664 \u0661\u0660:00:00 +0000", null)]
    [InlineData("the other day", null)]
    public void Dates_are_read_or_are_none(string text, string? expected) =>
        Assert.Equal(expected is null ? null : DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), MailDate.Parse(text));

    [Theory]
    [InlineData(" ")]
    [InlineData("1")]
    [InlineData("Mon, ")]
    [InlineData("1 Jan 2024 ")]
    public void A_date_of_any_length_is_read_at_once(string repeated)
    {
        var took = Stopwatch.StartNew();
        var spaced = new string(' ', 1024 * 1024) + "x";
        Assert.Null(MailDate.Parse(string.Concat(Enumerable.Repeat(repeated, 1024 * 1024 / repeated.Length)) + spaced));
        Assert.True(took.Elapsed < TimeSpan.FromSeconds(1), $"It took {took.Elapsed}.");
    }
}
