using System.Net;
using PostgresForTests;

namespace ConversationApi.Tests.Search;

public sealed class FindingTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Filters_come_before_limits_so_that_what_they_let_through_is_found()
    {
        await using var api = await SearchServer.StartAsync(postgres.Server, ("Search:Candidates", "50"), ("Search:Depth", "10"), ("Search:VectorBreadth", "10"));
        var mail = new TopicalMail(4, seed: 11);
        await api.Client.PostLinesAsync(mail.Many(400));
        // The same words as a hundred others, and not the best among them.
        var stored = await api.Client.PostLinesAsync([mail.Json(1, "special@x", from: "special@people.example", date: "Tue, 05 Mar 2024 10:00:00 +0000")]);
        await api.UntilModelAsync();
        await api.ScalarAsync<int>($"WITH c AS (UPDATE conversations SET status = 'waiting', lead_id = 77 WHERE id = '{stored[0].Conversation()}' RETURNING 1) SELECT count(*)::int FROM c");
        var question = string.Join(' ', mail.Words(1));
        foreach (var mode in new[] { "text", "semantic", "hybrid" })
        {
            foreach (var filter in new[] { "leadEmail=Special@people.example", "status=waiting", "leadId=77", "from=2024-03-01", "from=2024-03-05T10:00:00Z&to=2024-03-05T10:00:01%2B00:00", "leadEmail=special@people.example&status=waiting" })
            {
                var answer = await api.SearchAsync(question, $"&mode={mode}&{filter}");
                Assert.Equal(mode, answer.GetProperty("mode").GetString());
                Assert.Equal([stored[0].Id()], answer.Found());
            }

            foreach (var filter in new[] { "leadEmail=nobody@people.example", "status=archived", "leadId=78", "to=2023-01-01", "from=2024-03-06" })
                Assert.Empty((await api.SearchAsync(question, $"&mode={mode}&{filter}")).Found());
        }
    }

    [Theory]
    [InlineData("10000")]
    [InlineData("100")]
    public async Task A_rare_word_is_found_under_a_filter_that_leaves_many_messages_with_a_common_one(string exactMessages)
    {
        await using var api = await SearchServer.StartAsync(postgres.Server, ("Search:Candidates", "50"), ("Search:ExactMessages", exactMessages));
        await api.Client.PostLinesAsync(Enumerable.Range(0, 400).Select(i => MailJson.Of($"m{i}@x", subject: "", text: i % 2 == 0 ? $"a thing {i}" : $"something else {i}")));
        // Written last, so that it is no luck to have it among the first.
        var rare = (await api.Client.PostLinesAsync([MailJson.Of("rare@x", subject: "", text: "one zebra")]))[0].Id();
        await api.UntilIndexedAsync();
        foreach (var filter in new[] { "", "&from=2000-01-01", "&leadEmail=lead@people.example" })
            Assert.Equal(rare, (await api.SearchAsync("thing zebra", $"&mode=text{filter}")).Found()[0]);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("semantic")]
    [InlineData("hybrid")]
    public async Task Pages_hold_every_result_once_in_one_order_up_to_the_depth(string mode)
    {
        await using var api = await SearchServer.StartAsync(postgres.Server, ("Search:Depth", "40"));
        var mail = new TopicalMail(2, seed: 12);
        // Half of them are alike to the last word, and have the same score.
        await api.Client.PostLinesAsync([.. mail.Many(100), .. Enumerable.Range(0, 60).Select(i => MailJson.Of($"same{i}@x", subject: "", text: string.Join(' ', mail.Words(0).Take(6))))]);
        await api.UntilModelAsync();
        var question = string.Join(' ', mail.Words(0).Take(6));
        var whole = await api.SearchAsync(question, $"&mode={mode}&limit=100");
        Assert.Equal(40, whole.GetProperty("depth").GetInt32());
        Assert.Equal(40, whole.Found().Distinct().Count());
        var scores = whole.GetProperty("items").EnumerateArray().Select(item => (Score: item.GetProperty("score").GetDouble(), Id: item.GetProperty("messageId").GetString()!)).ToList();
        Assert.Equal(scores.OrderByDescending(s => s.Score).ThenBy(s => s.Id, StringComparer.Ordinal), scores);

        var walked = new List<Guid>();
        for (var cursor = ""; ;)
        {
            var page = await api.SearchAsync(question, $"&mode={mode}&limit=7{cursor}");
            walked.AddRange(page.Found());
            if (page.GetProperty("nextCursor").GetString() is not { } next)
                break;
            cursor = $"&cursor={next}";
        }

        Assert.Equal(whole.Found(), walked);
        var first = await api.SearchAsync(question, $"&mode={mode}&limit=7");
        await api.Client.GetJsonAsync($"/api/v1/search?q=other&mode={mode}&cursor={first.GetProperty("nextCursor").GetString()}", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Messages_that_are_gone_are_found_no_more_and_hold_up_nothing()
    {
        await using var api = await SearchServer.StartAsync(postgres.Server);
        var mail = new TopicalMail(2, seed: 13);
        var stored = await api.Client.PostLinesAsync([mail.Json(0, "gone@x", from: "gone@people.example"), .. mail.Many(80)]);
        await api.UntilModelAsync();
        var question = string.Join(' ', mail.Words(0));
        Assert.Contains(stored[0].Id(), (await api.SearchAsync(question, "&limit=100")).Found());
        await using (var delete = api.Database.CreateCommand($"DELETE FROM conversations WHERE id = '{stored[0].Conversation()}'; INSERT INTO message_work (message_id, kind, conversation_id) VALUES ('{stored[0].Id()}', 'index', '{stored[0].Conversation()}')"))
            await delete.ExecuteNonQueryAsync();
        foreach (var mode in new[] { "text", "semantic", "hybrid" })
            Assert.DoesNotContain(stored[0].Id(), (await api.SearchAsync(question, $"&limit=100&mode={mode}")).Found());
        await api.UntilIndexedAsync();
        Assert.Equal(80, await api.ScalarAsync<long>("SELECT count(*) FROM message_embeddings"));
    }

    [Fact]
    public async Task Messages_follow_their_conversation_when_it_merges()
    {
        await using var api = await SearchServer.StartAsync(postgres.Server);
        var mail = new TopicalMail(2, seed: 14);
        await api.Client.PostLinesAsync(mail.Many(80));
        var older = (await api.Client.PostLinesAsync([MailJson.Of("a@x", text: "zeppelin")]))[0];
        await Task.Delay(5);
        var younger = (await api.Client.PostLinesAsync([MailJson.Of("b@x", text: "dirigible")]))[0];
        await api.UntilModelAsync();
        await api.Client.PostLinesAsync([MailJson.Of("c@x", "<b@x>", "<a@x>", text: "neither")]);
        await api.UntilIndexedAsync();
        Assert.Equal(older.Conversation(), Assert.Single((await api.SearchAsync("dirigible", "&mode=text")).GetProperty("items").EnumerateArray()).GetProperty("conversationId").GetGuid());
        Assert.Equal(0, await api.ScalarAsync<long>($"SELECT count(*) FROM message_search WHERE conversation_id = '{younger.Conversation()}'"));
        Assert.Equal(0, await api.ScalarAsync<long>("SELECT count(*) FROM message_embeddings e JOIN conversation_messages m ON m.id = e.message_id WHERE m.conversation_id <> e.conversation_id"));
    }

    [Fact]
    public async Task Mail_that_merges_while_it_is_indexed_ends_in_the_right_conversation()
    {
        await using var api = await SearchServer.StartAsync(postgres.Server, ("Search:IndexBatch", "7"));
        var mail = new TopicalMail(3, seed: 15);
        await api.Client.PostLinesAsync(mail.Many(70));
        await api.UntilModelAsync();
        for (var round = 0; round < 12; round++)
        {
            await api.Client.PostLinesAsync(Enumerable.Range(0, 10).Select(i => mail.Json(i % 3, $"r{round}-{i}@x")));
            await Task.WhenAll(Enumerable.Range(1, 9).Select(i => api.Client.PostLinesAsync([mail.Json(0, $"t{round}-{i}@x", $"<r{round}-{i - 1}@x> <r{round}-{i}@x>")])));
        }

        await api.UntilIndexedAsync();
        Assert.Equal(0, await api.ScalarAsync<long>("SELECT count(*) FROM conversation_messages m LEFT JOIN message_search s ON s.message_id = m.id WHERE s.conversation_id IS DISTINCT FROM m.conversation_id"));
        Assert.Equal(0, await api.ScalarAsync<long>("SELECT count(*) FROM conversation_messages m JOIN message_embeddings e ON e.message_id = m.id WHERE e.conversation_id <> m.conversation_id"));
    }
}
