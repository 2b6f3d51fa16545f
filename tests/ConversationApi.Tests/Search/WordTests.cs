using System.Net;
using PostgresForTests;

namespace ConversationApi.Tests.Search;

public sealed class WordTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Any_of_the_words_finds_and_rare_words_count_more_than_common_ones()
    {
        await using var api = await SearchServer.StartAsync(postgres.Server);
        var stored = await api.Client.PostLinesAsync([
            .. Enumerable.Range(0, 20).Select(i => MailJson.Of($"common{i}@x", text: "the invoice for the order")),
            MailJson.Of("rare@x", text: "the zeppelin is late"), MailJson.Of("both@x", text: "the invoice for the zeppelin"), MailJson.Of("none@x", subject: "Else", text: "nothing of that")]);
        await api.UntilIndexedAsync();
        var answer = await api.SearchAsync("Where are the invoices of my zeppelins?", "&mode=text&limit=30");
        Assert.Equal("text", answer.GetProperty("mode").GetString());
        Assert.Equal([stored[21].Id(), stored[20].Id()], answer.Found().Take(2));
        Assert.Equal(22, answer.Found().Count);
        Assert.DoesNotContain(stored[22].Id(), answer.Found());
    }

    [Fact]
    public async Task Scores_are_bm25()
    {
        await using var api = await SearchServer.StartAsync(postgres.Server, ("Search:TextConfiguration", "simple"));
        var stored = await api.Client.PostLinesAsync([
            MailJson.Of("a@x", subject: "", text: "alpha alpha alpha beta"), MailJson.Of("b@x", subject: "", text: "alpha gamma gamma gamma gamma gamma gamma gamma"),
            MailJson.Of("c@x", subject: "", text: "alpha beta gamma delta"), MailJson.Of("d@x", subject: "", text: "delta delta")]);
        await api.UntilIndexedAsync();
        var answer = await api.SearchAsync("alpha beta", "&mode=text");
        double Weight(int documents) => Math.Log(1 + ((4 - documents + 0.5) / (documents + 0.5)));
        double Part(int documents, int count, int length) => Weight(documents) * count * 2.2 / (count + (1.2 * (0.25 + (0.75 * length / 4.5))));
        var expected = new Dictionary<Guid, double>
        {
            [stored[0].Id()] = Part(3, 3, 4) + Part(2, 1, 4), [stored[1].Id()] = Part(3, 1, 8), [stored[2].Id()] = Part(3, 1, 4) + Part(2, 1, 4),
        };
        Assert.Equal(expected.OrderByDescending(e => e.Value).Select(e => e.Key), answer.Found());
        Assert.All(answer.GetProperty("items").EnumerateArray(), item => Assert.Equal(expected[item.GetProperty("messageId").GetGuid()], item.GetProperty("score").GetDouble(), 6));
    }

    [Fact]
    public async Task What_a_message_quotes_does_not_find_it()
    {
        await using var api = await SearchServer.StartAsync(postgres.Server);
        var stored = await api.Client.PostLinesAsync([MailJson.Of("a@x", text: "I ask about zeppelins"),
            MailJson.Of("b@x", "<a@x>", text: "We have none.\n\nOn Monday, the first of\nJanuary, Somebody <zeppelins@people.example> wrote:\n> I ask about zeppelins\n\nBye")]);
        await api.UntilIndexedAsync();
        Assert.Equal([stored[0].Id()], (await api.SearchAsync("zeppelins", "&mode=text")).Found());
        Assert.Equal([stored[1].Id()], (await api.SearchAsync("bye none", "&mode=text")).Found());
    }

    [Fact]
    public async Task Words_are_marked_in_escaped_text()
    {
        await using var api = await SearchServer.StartAsync(postgres.Server);
        await api.Client.PostLinesAsync([MailJson.Of("a@x", subject: "A <b>zeppelin</b>", text: "Dear <script>alert('zeppelins')</script> \u0001zeppelin\u0002 & co")]);
        await api.UntilIndexedAsync();
        var highlights = (await api.SearchAsync("zeppelin", "&mode=text")).GetProperty("items")[0].GetProperty("highlights").EnumerateArray()
            .ToDictionary(h => h.GetProperty("field").GetString()!, h => h.GetProperty("html").GetString()!);
        Assert.Contains("<mark>zeppelin</mark>", highlights["subject"], StringComparison.Ordinal);
        Assert.Contains("<mark>zeppelin</mark>", highlights["content"], StringComparison.Ordinal);
        foreach (var html in highlights.Values)
        {
            var rest = html.Replace("<mark>", "", StringComparison.Ordinal).Replace("</mark>", "", StringComparison.Ordinal);
            Assert.DoesNotContain('<', rest);
            Assert.DoesNotContain('>', rest);
        }
    }

    [Theory]
    [InlineData("", "q")]
    [InlineData("q=%00", "q")]
    [InlineData("q=a&mode=magic", "mode")]
    [InlineData("q=a&status=open", "status")]
    [InlineData("q=a&leadId=x", "leadId")]
    [InlineData("q=a&leadEmail=", "leadEmail")]
    [InlineData("q=a&from=yesterday", "from")]
    [InlineData("q=a&from=2024-02-01&to=2024-01-01", "to")]
    [InlineData("q=a&limit=101", "limit")]
    [InlineData("q=zeppelin&cursor=x", "cursor")]
    public async Task A_wrong_parameter_is_named(string query, string parameter)
    {
        await using var api = await SearchServer.StartAsync(postgres.Server);
        var problem = await api.Client.GetJsonAsync($"/api/v1/search?{query}", HttpStatusCode.BadRequest);
        Assert.Equal("urn:conversation-platform:problem:invalid-request", problem.GetProperty("type").GetString());
        Assert.True(problem.GetProperty("errors").TryGetProperty(parameter, out _));
    }

    [Fact]
    public async Task Odd_questions_find_nothing_and_break_nothing()
    {
        await using var api = await SearchServer.StartAsync(postgres.Server);
        await api.Client.PostLinesAsync([MailJson.Of("a@x", text: "plain words")]);
        await api.UntilIndexedAsync();
        foreach (var question in new[] { "the of and", "'", "\\", "a' | 'b", "&!():*<->", "   x   ", "🚀", new string('y', 1000), "http://people.example/a?b=c&d='e'\\f" })
            Assert.Empty((await api.SearchAsync(question)).Found());
    }
}
