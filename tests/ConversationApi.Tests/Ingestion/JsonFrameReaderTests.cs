using System.Text;
using ConversationApi.Ingestion.Parsing;

namespace ConversationApi.Tests.Ingestion;

public sealed class JsonFrameReaderTests
{
    [Theory]
    [InlineData("""{"a":1}""", """{"a":1}""")]
    [InlineData("""  [ {"a":"]}\\\""} , {"b":[{}]} ]  """, """{"a":"]}\\\""}|{"b":[{}]}""")]
    [InlineData("[]", "")]
    [InlineData("""[1,"x",null,{"a":1}]""", """1|"x"|null|{"a":1}""")]
    [InlineData("\uFEFF{\"a\":1}", """{"a":1}""")]
    [InlineData("""{"a":{"b":""", "Truncated")]
    [InlineData("""{"a":"\""", "Truncated")]
    [InlineData("""[{"long":"0123456789012345678901234567890123456789"},{"a":1}]""", """TooLarge|{"a":1}""")]
    public async Task A_body_is_cut_into_its_values_however_it_arrives(string body, string expected)
    {
        for (var size = 1; size <= body.Length + 1; size++)
            Assert.Equal(expected, await CutAsync(body, lines: false, size));
    }

    [Theory]
    [InlineData("{\"a\":1}\n{\"b\":2}\n", """{"a":1}|{"b":2}""")]
    [InlineData("\n\n{\"a\":1}\r\n\n half {\n{\"b\":2}", "{\"a\":1}\r|half {|{\"b\":2}")]
    [InlineData("{\"long\":\"0123456789012345678901234567890123456789\"}\n{\"a\":1}", """TooLarge|{"a":1}""")]
    [InlineData("", "")]
    [InlineData("\n \n", "")]
    public async Task Lines_are_cut_at_their_ends(string body, string expected)
    {
        for (var size = 1; size <= body.Length + 1; size++)
            Assert.Equal(expected, await CutAsync(body, lines: true, size));
    }

    [Fact]
    public async Task A_value_far_beyond_the_limit_is_passed_over_without_being_held()
    {
        var body = $$"""[{"long":"{{new string('x', 3_000_000)}}"},{"a":1}]""";
        Assert.Equal("""TooLarge|{"a":1}""", await CutAsync(body, lines: false, 8192));
    }

    private static async Task<string> CutAsync(string body, bool lines, int size)
    {
        using var reader = new JsonFrameReader(new Trickle(Encoding.UTF8.GetBytes(body), size), lines, maxFrameBytes: 40);
        var found = new List<string>();
        while (await reader.ReadAsync(mayPause: false, CancellationToken.None) is { Kind: not JsonFrameKind.End } frame)
            found.Add(frame.Kind == JsonFrameKind.Value ? Encoding.UTF8.GetString(frame.Bytes.Span) : frame.Kind.ToString());
        return string.Join('|', found);
    }

    /// <summary>Gives only so many bytes at a time.</summary>
    private sealed class Trickle(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, size));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            Task.FromResult(Read(buffer, offset, count));
    }
}
