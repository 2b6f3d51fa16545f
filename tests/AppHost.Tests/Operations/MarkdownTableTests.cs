using System.Text.Json;
using AppHost.Operations;

namespace AppHost.Tests.Operations;

public sealed class MarkdownTableTests
{
    [Theory]
    [InlineData("""[]""", "")]
    [InlineData("""{}""", "")]
    [InlineData("""null""", "")]
    [InlineData("""["a","b"]""", "- a\n- b")]
    [InlineData("""[{"table":"leads","rows":3},{"table":"mail","rows":null,"locked":true}]""", "| table | locked | rows |\n|---|---|---:|\n| leads |  | 3 |\n| mail | yes |  |")]
    [InlineData("""{"state":"fine","nodes":[{"name":"a"}],"empty":[]}""", "| | |\n|---|---|\n| state | fine |\n| empty |  |\n\n### nodes\n\n| name |\n|---|\n| a |")]
    [InlineData("""{"plan":"one\r\ntwo"}""", "### plan\n\n    one\n    two")]
    public void Json_becomes_tables_and_headings(string json, string markdown) => Assert.Equal(markdown, Of(json));

    [Theory]
    [InlineData("public.ai_suggestions", "public.ai_suggestions")]
    [InlineData("a|b", @"a\|b")]
    [InlineData("[click](http://x)", @"\[click\](http://x)")]
    [InlineData("<script>", @"\<script\>")]
    [InlineData("SELECT *\nFROM `t`", @"SELECT \* FROM \`t\`")]
    [InlineData("_x_ **y** ~z~", @"\_x\_ \*\*y\*\* \~z\~")]
    public void Text_from_the_database_stays_text(string text, string cell) =>
        Assert.Equal($"| a |\n|---|\n| {cell} |", Of(JsonSerializer.Serialize(new[] { new { a = text } })));

    private static string Of(string json)
    {
        using var document = JsonDocument.Parse(json);
        return MarkdownTable.Of(document.RootElement);
    }
}
