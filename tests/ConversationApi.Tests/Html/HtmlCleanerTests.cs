using System.Diagnostics;
using System.Text;
using System.Text.Json;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using ConversationApi.Html;
using FsCheck;
using FsCheck.Fluent;
using MailForTests;
using PostgresForTests;

namespace ConversationApi.Tests.Html;

public sealed class HtmlCleanerTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly Gen<string> _tricky = Gen.Elements(
            "<", ">", "\"", "'", "`", "=", "/", "&", "&lt;", "&#60;", "&quot;", "&#x6a;avascript:", "\0", "\u2028", " ", "x", "--", "-->", "<!--", "<!--#", "--!>", "<![CDATA[", "]]>", "<!", "<?", "</",
            "<svg>", "</svg>", "<svg/>", "<math>", "</math>", "<mtext>", "<mglyph>", "<mi>", "<annotation-xml encoding=\"text/html\">", "<foreignObject>", "<desc>", "<title>", "</title>", "<style>", "</style>",
            "<script>", "</script>", "<noscript>", "</noscript>", "<template>", "</template>", "<textarea>", "</textarea>", "<xmp>", "</xmp>", "<noembed>", "<iframe>", "</iframe>", "<plaintext>",
            "<select>", "<option>", "<form>", "</form>", "<input>", "<object>", "<embed>", "<base href=//evil.example>", "<meta http-equiv=refresh content=0>", "<link rel=stylesheet href=//evil.example>",
            "<table>", "<tr>", "<td>", "</td>", "</table>", "<caption>", "<p>", "</p>", "<a href=javascript:alert(1)>", "<a href=\"https://good.example\">", "</a>", "<b>", "</b>", "<div>", "</div>", "<li>", "<br>",
            "<img src=x onerror=alert(1)>", "<img src=\"cid:a\" ", "<img src=\"https://track.example/a.gif\">", " onclick=\"alert(1)\"", " style=\"background:url(//evil.example)\"", "<body onload=alert(1)>", "<frameset>", "<html>", "</body>")
        .ListOf().Select(string.Concat);

    [Theory]
    [InlineData("<script>alert(1)</script>x", "x")]
    [InlineData("<SCRIPT SRC=//evil.example></SCRIPT>x", "x")]
    [InlineData("<p onclick='alert(1)' id=a class=b>x</p>", "<p>x</p>")]
    [InlineData("<a href='JaVaScRiPt:alert(1)'>x</a>", "<a>x</a>")]
    [InlineData("<a href=' java\tscript:alert(1)'>x</a>", "<a>x</a>")]
    [InlineData("<a href='https://a.example/?b=1&c=\"2'>x</a>", "<a href=\"https://a.example/?b=1&amp;c=&quot;2\" rel=\"noopener noreferrer\" target=\"_blank\">x</a>")]
    [InlineData("<img src='https://a.example/pixel.gif' srcset='//b.example 2x' width=1>", "<img data-blocked-src=\"https://a.example/pixel.gif\" width=\"1\">")]
    [InlineData("<img src=cid:logo@x alt=Logo><img src=data:image/svg+xml;base64,AAAA><img src=data:image/png;base64,AAAA>", "<img src=\"cid:logo@x\" alt=\"Logo\"><img><img src=\"data:image/png;base64,AAAA\">")]
    [InlineData("<form action=//evil.example><input name=password><button>Send</button></form>", "Send")]
    [InlineData("<iframe srcdoc='<script>alert(1)</script>'></iframe><object data=//evil.example>instead</object><embed src=//evil.example>", "instead")]
    [InlineData("<p style='color: red; position: fixed; background: url(//evil.example); width: 100%; margin: -5px; behavior: x'>x</p>", "<p style=\"color: red; width: 100%\">x</p>")]
    [InlineData("<p style='color: rgb(1, 2, 3); font-family: \"Arial\", sans-serif; width: expression(alert(1)); color: re\\64'>x</p>", "<p style=\"color: rgb(1, 2, 3); font-family: &quot;Arial&quot;, sans-serif\">x</p>")]
    [InlineData("<style>p { color: red }</style><title>t</title>x", "x")]
    [InlineData("a < b && c > d", "a &lt; b &amp;&amp; c &gt; d")]
    [InlineData("<p>one<p>two<ul><li>a<li>b</ul>", "<p>one</p><p>two</p><ul><li>a</li><li>b</li></ul>")]
    [InlineData("<table><tr><td>a<td>b<tr><td>c</table>", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>")]
    [InlineData("<b>open <i>both", "<b>open <i>both</i></b>")]
    [InlineData("</div></p>x<!-- comment --><![CDATA[ cdata ]]><?php x ?>", "x")]
    [InlineData("<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">", "")]
    [InlineData("<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", "<img>&quot;&gt;")]
    [InlineData("<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">", "")]
    [InlineData("<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>", "<img>")]
    [InlineData("<template><script>alert(1)</script></template>x", "x")]
    [InlineData("<a\u0000b>x</a>", "x")]
    [InlineData("", "")]
    public void What_could_do_something_goes_and_what_is_only_to_be_seen_stays(string html, string expected)
    {
        Assert.Equal(expected, HtmlCleaner.Clean(html));
        AssertSafe(html);
    }

    [Fact]
    public void Whatever_it_is_made_of_it_is_safe_when_it_is_parsed_again_and_again()
    {
        foreach (var html in _tricky.Sample(3000, 25))
            AssertSafe(html);
    }

    [Theory]
    [InlineData("<div>")]
    [InlineData("<b>")]
    [InlineData("<a href=x>")]
    [InlineData("<svg>")]
    [InlineData("<table><td>")]
    [InlineData("<p x")]
    [InlineData("</p>")]
    [InlineData("<li>")]
    [InlineData("&")]
    [InlineData("<")]
    [InlineData("<!--")]
    [InlineData("<p style=\"a:b;")]
    [InlineData("\"")]
    public void Neither_depth_nor_length_breaks_it_or_takes_long(string piece)
    {
        var html = new StringBuilder().Insert(0, piece, 3_000_000 / piece.Length).ToString();
        var watch = Stopwatch.StartNew();
        var cleaned = HtmlCleaner.Clean(html);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"It took {watch.Elapsed}.");
        Assert.EndsWith("too long to be shown.]</p>", cleaned, StringComparison.Ordinal);
        Assert.True(cleaned.Length < 8 * HtmlCleaner.MaxLength);
    }

    [Fact]
    public void A_tag_with_attributes_without_end_does_not_take_long()
    {
        var watch = Stopwatch.StartNew();
        HtmlCleaner.Clean($"<p {string.Concat(Enumerable.Range(0, 200_000).Select(i => $"a{i}=1 "))}>x</p>");
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"It took {watch.Elapsed}.");
    }

    [Fact]
    public void Real_mail_is_safe_and_keeps_its_words()
    {
        if (RealMail.Find() is not { } corpus)
            return;
        var seen = 0;
        foreach (var mail in corpus.Mails)
        {
            var html = JsonSerializer.Deserialize<JsonElement>(mail.Json).GetProperty("HtmlBody").GetString();
            if (string.IsNullOrEmpty(html))
                continue;
            seen++;
            AssertSafe(html);
            var document = new HtmlParser().ParseDocument(html);
            foreach (var hidden in document.QuerySelectorAll("script, style, title, noscript, textarea, select, iframe").ToList())
                hidden.Remove();
            var (before, after) = (Words(document.Body!.TextContent), Words(new HtmlParser().ParseDocument(HtmlCleaner.Clean(html)).Body!.TextContent));
            Assert.True(Math.Abs(before.Length - after.Length) <= 10 + (before.Length / 50), $"{before.Length} letters became {after.Length}: {html}");
        }

        Assert.True(seen > 0);
    }

    [Fact]
    public async Task Messages_show_what_is_safe_and_the_database_keeps_what_came()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        const string Html = "<p onclick=alert(1)>Good <script>alert(1)</script>day</p>";
        var mail = MailJson.Of("a@x").Replace("\"HtmlBody\":\"\"", $"\"HtmlBody\":{JsonSerializer.Serialize(Html)}", StringComparison.Ordinal);
        var id = (await api.Client.PostLinesAsync([mail, MailJson.Of("b@x", "<a@x>", date: "Mon, 01 Jan 2024 11:00:00 +0000")]))[0].Conversation();
        var items = (await api.Client.GetJsonAsync($"/api/v1/conversations/{id}/messages")).GetProperty("items");
        Assert.Equal("<p>Good day</p>", items[0].GetProperty("htmlContent").GetString());
        Assert.Equal(JsonValueKind.Null, items[1].GetProperty("htmlContent").ValueKind);
        Assert.Equal(Html, await api.ScalarAsync<string>("SELECT html_content FROM conversation_messages WHERE html_content IS NOT NULL"));
    }

    private static string Words(string text) => string.Concat(text.Where(letter => !char.IsWhiteSpace(letter)));

    private static void AssertSafe(string html)
    {
        var cleaned = HtmlCleaner.Clean(html);
        // With scripting and without it, as a document and within elements, and once more from what a parser made of it.
        foreach (var scripting in new[] { false, true })
            foreach (var around in new[] { "{0}", "<div>{0}</div>", "<table><tr><td>{0}</td></tr></table>", "<p>{0}" })
            {
                var text = around.Replace("{0}", cleaned, StringComparison.Ordinal);
                for (var time = 0; time < 2; time++)
                {
                    var document = new HtmlParser(new() { IsScripting = scripting }).ParseDocument(text);
                    foreach (var element in document.Body!.QuerySelectorAll("*"))
                        AssertSafe(element, html);
                    Assert.DoesNotContain(document.All.SelectMany(e => e.ChildNodes), n => n.NodeType is NodeType.Comment);
                    Assert.Equal(0, document.Head!.ChildElementCount);
                    text = document.Body!.InnerHtml;
                }
            }
    }

    private static void AssertSafe(IElement element, string html)
    {
        Assert.True(HtmlRules.Elements.Contains(element.LocalName) && element.NamespaceUri == "http://www.w3.org/1999/xhtml", $"<{element.LocalName}> is left of {html}");
        foreach (var attribute in element.Attributes)
        {
            var (name, value) = (attribute.Name, attribute.Value);
            var known = HtmlRules.Attributes.Contains(name) || HtmlRules.AttributesOf.GetValueOrDefault(element.LocalName)?.Contains(name) == true || (element.LocalName == "a" && name is "rel" or "target");
            Assert.True(known && !name.StartsWith("on", StringComparison.Ordinal), $"{name} is left of {html}");
            if (name is "href")
                Assert.Matches("^(?i:https?://|mailto:|tel:)", value);
            if (name is "src")
                Assert.Matches("^(?i:cid:|data:image/(png|gif|jpe?g|webp);)", value);
            if (name is "style")
                Assert.DoesNotMatch(@"(?i)url|expression|position|\\|@|javascript", value);
        }
    }
}
