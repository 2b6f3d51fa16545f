using Pgvector;

namespace StandIns.Tests.Pgvector;

public class VectorTests
{
    [Theory]
    [InlineData("[1,2.5,-3]")]
    [InlineData("[]")]
    public void The_text_form_survives_a_round_trip(string text)
    {
        Assert.Equal(text, new Vector(text).ToString());
        Assert.Equal(text, new HalfVector(text).ToString());
    }

    [Theory]
    [InlineData("1,2")]
    [InlineData("[1,,2]")]
    [InlineData("[a]")]
    public void Text_that_is_no_vector_is_refused(string text) => Assert.Throws<FormatException>(() => new Vector(text));

    [Fact]
    public void Vectors_are_equal_by_content()
    {
        Assert.True(new Vector(new float[] { 1, 2 }) == new Vector("[1, 2]"));
        Assert.True(new Vector("[1,2]") != new Vector("[1,3]"));
        Assert.Equal(new Vector("[1,2]").GetHashCode(), new Vector(new float[] { 1, 2 }).GetHashCode());
        Assert.False(new Vector("[1]").Equals(null));
    }
}
