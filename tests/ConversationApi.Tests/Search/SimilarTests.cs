using System.Net;
using ConversationApi.Search;
using ConversationApi.Search.Questions;
using Microsoft.Extensions.DependencyInjection;
using PostgresForTests;

namespace ConversationApi.Tests.Search;

public sealed class SimilarTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Theory]
    [InlineData("None")]
    [InlineData("Local")]
    public async Task Similar_messages_are_of_other_conversations_and_come_with_their_answers(string embeddings)
    {
        await using var api = await SearchServer.StartAsync(postgres.Server, ("Search:Embeddings", embeddings), ("Ingestion:OwnAddresses:0", "desk@platform.example"));
        var mail = new TopicalMail(3, seed: 21);
        await api.Client.PostLinesAsync(mail.Many(90));
        var stored = await api.Client.PostLinesAsync([
            mail.Json(1, "asked@x", from: "one@people.example"), mail.Json(0, "answer@x", "<asked@x>", from: "desk@platform.example", date: "Mon, 01 Jan 2024 11:00:00 +0000"),
            mail.Json(0, "second@x", "<asked@x>", from: "desk@platform.example", date: "Mon, 01 Jan 2024 12:00:00 +0000"),
            mail.Json(1, "before@x", from: "desk@platform.example", date: "Mon, 01 Jan 2024 09:00:00 +0000"), mail.Json(1, "late@x", "<before@x>", from: "two@people.example"),
            mail.Json(1, "now@x", from: "three@people.example"), mail.Json(1, "own@x", "<now@x>", from: "three@people.example")]);
        await api.UntilIndexedAsync();
        if (embeddings != "None")
            await api.UntilModelAsync();

        var similar = api.Services.GetRequiredService<SimilarMessages>();
        var answered = await similar.FindAsync(stored[5].Id(), answeredOnly: true, 5, default);
        var only = Assert.Single(answered);
        Assert.Equal((stored[0].Id(), stored[0].Conversation(), stored[1].Id()), (only.MessageId, only.ConversationId, only.AnswerMessageId));
        Assert.InRange(only.Score, 0.01, 1);
        var all = await similar.FindAsync(stored[5].Id(), answeredOnly: false, 20, default);
        Assert.Equal(20, all.Count);
        Assert.Equal(all.OrderByDescending(m => m.Score), all);
        Assert.DoesNotContain(all, m => m.ConversationId == stored[5].Conversation() || m.AnswerMessageId is not null);
        Assert.Empty(await similar.FindAsync(Guid.NewGuid(), answeredOnly: false, 5, default));
    }

    [Fact]
    public async Task Similar_conversations_are_about_the_same_and_a_merged_one_redirects()
    {
        await using var api = await SearchServer.StartAsync(postgres.Server);
        var mail = new TopicalMail(4, seed: 22);
        var stored = await api.Client.PostLinesAsync(mail.Many(120));
        await api.UntilModelAsync();
        var items = (await api.Client.GetJsonAsync($"/api/v1/conversations/{stored[2].Conversation()}/similar?limit=10")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(10, items.Count);
        var topic = Enumerable.Range(0, 120).Where(i => i % 4 == 2 && i != 2).Select(i => stored[i].Conversation()).ToHashSet();
        Assert.All(items, item => Assert.Contains(item.GetProperty("conversationId").GetGuid(), topic));
        await api.Client.GetJsonAsync($"/api/v1/conversations/{Guid.NewGuid()}/similar", HttpStatusCode.NotFound);
        await api.Client.GetJsonAsync($"/api/v1/conversations/{stored[2].Conversation()}/similar?limit=0", HttpStatusCode.BadRequest);
    }

    [Fact]
    public void Candidates_are_found_by_the_rarest_words_within_the_bound_and_by_pairs_of_common_ones()
    {
        static QuestionTerm Term(string word, int documents) => new(word, 1, documents);
        var question = new Question([], [Term("rare", 10), Term("it's", 500), Term("often", 20_000), Term("usual", 30_000), Term("always", 400_000)], 500_000, 100, null);
        Assert.Equal("'rare' | 'it''s'", CandidateQuery.Of(question, 2_000));
        Assert.Equal("'rare' | 'it''s' | ('often' & 'usual')", CandidateQuery.Of(question, 6_000));
        Assert.Equal("'rare' | 'it''s' | 'often' | 'usual' | 'always'", CandidateQuery.Of(question, int.MaxValue));
        Assert.Equal("'always'", CandidateQuery.Of(question with { Terms = [Term("always", 400_000)] }, 2_000));
    }
}
