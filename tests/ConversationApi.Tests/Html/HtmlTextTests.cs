using ConversationApi.Html;

namespace ConversationApi.Tests.Html;

public sealed class HtmlTextTests
{
    [Theory]
    [InlineData("<p>Hello <b>Ann</b>,</p><p>do you\n  deliver?</p>", "Hello Ann,\ndo you deliver?")]
    [InlineData("<style>p { color: red }</style><script>alert(1)</script><div>One<br>two</div>", "One\ntwo")]
    [InlineData("<table><tr><td>1 &lt; 2</td><td>&amp;c</td></tr><tr><td>last</td></tr></table>", "1 < 2 &c\nlast")]
    [InlineData("<img src=x>", "")]
    public void The_words_of_HTML_come_a_line_a_block(string html, string expected) => Assert.Equal(expected, HtmlText.Of(html));
}
