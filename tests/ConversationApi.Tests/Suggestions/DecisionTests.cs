using System.Net;
using PostgresForTests;
using ProvidersForTests;

namespace ConversationApi.Tests.Suggestions;

public sealed class DecisionTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Approving_many_times_at_once_sends_one_mail()
    {
        await using var model = await LoopbackOpenAi.StartAsync(SuggestionServer.Key);
        await using var api = await SuggestionServer.StartChatAsync(postgres.Server, model);
        var (conversation, id) = await DraftAsync(api);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => api.PostAsync($"/suggestions/{id}/approve")));
        var sent = Assert.Single(answers, answer => answer.Status == HttpStatusCode.Accepted).Body;
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Accepted), answer => Assert.Equal((HttpStatusCode.Conflict, "conflict"), (answer.Status, Type(answer.Body))));
        Assert.Equal(1, await api.MailsOutAsync());
        Assert.Equal(("approved", "bootstrap"), (sent.GetProperty("suggestion").Text("status"), sent.GetProperty("suggestion").Text("approvedBy")));
        Assert.Equal(sent.GetProperty("suggestion").Text("suggestedContent"), sent.GetProperty("message").Text("content"));
        Assert.Equal("waiting", (await api.Client.GetJsonAsync($"/api/v1/conversations/{conversation}")).Text("status"));
        Assert.Equal(id, await api.ScalarAsync<Guid>("SELECT suggestion_id FROM conversation_events WHERE kind = 'status'"));
    }

    [Fact]
    public async Task The_same_approval_again_is_answered_the_same()
    {
        await using var model = await LoopbackOpenAi.StartAsync(SuggestionServer.Key);
        await using var api = await SuggestionServer.StartChatAsync(postgres.Server, model);
        var (_, id) = await DraftAsync(api);
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => api.PostAsync($"/suggestions/{id}/approve", new { editedContent = "Better words." }, "one-approval")));
        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.Accepted, answers[0].Body.GetProperty("message").Id()), (answer.Status, answer.Body.GetProperty("message").Id())));
        Assert.Equal(("edited", "Better words.", "Better words."), (answers[0].Body.GetProperty("suggestion").Text("status"),
            answers[0].Body.GetProperty("suggestion").Text("editedContent"), answers[0].Body.GetProperty("message").Text("content")));
        Assert.Equal(1, await api.MailsOutAsync());
    }

    [Fact]
    public async Task A_mail_that_is_taken_back_gives_its_suggestion_back_which_then_sends_one_mail()
    {
        await using var model = await LoopbackOpenAi.StartAsync(SuggestionServer.Key);
        await using var api = await SuggestionServer.StartChatAsync(postgres.Server, model);
        var (conversation, id) = await DraftAsync(api);
        var first = await api.PostAsync($"/suggestions/{id}/approve", new { editedContent = "Too soon." });
        Assert.Equal(HttpStatusCode.OK, (await api.PostAsync($"/conversations/{conversation}/messages/{first.Body.GetProperty("message").Id()}/undo")).Status);
        Assert.Equal("pending", Assert.Single(await api.SuggestionsAsync(conversation)).Text("status"));
        Assert.Equal("approved", (await api.PostAsync($"/suggestions/{id}/approve")).Body.GetProperty("suggestion").Text("status"));
        Assert.Equal(1, await api.MailsOutAsync());
    }

    [Fact]
    public async Task Only_a_pending_suggestion_can_be_decided_about()
    {
        await using var model = await LoopbackOpenAi.StartAsync(SuggestionServer.Key);
        await using var api = await SuggestionServer.StartChatAsync(postgres.Server, model);
        var (_, rejected) = await DraftAsync(api, "one");
        var (status, body) = await api.PostAsync($"/suggestions/{rejected}/reject", new { reason = "Not our tone." });
        Assert.Equal((HttpStatusCode.OK, "rejected", "Not our tone."), (status, body.Text("status"), body.Text("userFeedback")));
        var (byHand, retired) = await DraftAsync(api, "two");
        Assert.Equal(HttpStatusCode.Accepted, (await api.PostAsync($"/conversations/{byHand}/reply", new { content = "By hand." })).Status);
        Assert.Equal("rejected", Assert.Single(await api.SuggestionsAsync(byHand)).Text("status"));
        var (_, approved) = await DraftAsync(api, "three");
        await api.PostAsync($"/suggestions/{approved}/approve", new { });
        foreach (var id in new[] { rejected, retired, approved })
            foreach (var verb in new[] { "approve", "reject" })
                Assert.Equal(HttpStatusCode.Conflict, (await api.PostAsync($"/suggestions/{id}/{verb}")).Status);
        Assert.Equal(2, await api.MailsOutAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await api.PostAsync($"/suggestions/{Guid.NewGuid()}/approve")).Status);
        var (refused, problem) = await api.PostAsync($"/conversations/{byHand}/suggestions");
        Assert.Equal((HttpStatusCode.Conflict, "conflict"), (refused, Type(problem)));
    }

    [Fact]
    public async Task An_answer_that_was_written_elsewhere_retires_the_draft_and_older_mail_of_ours_does_not()
    {
        await using var model = await LoopbackOpenAi.StartAsync(SuggestionServer.Key);
        await using var api = await SuggestionServer.StartChatAsync(postgres.Server, model);
        var (conversation, id) = await DraftAsync(api);
        await api.Client.PostLinesAsync([MailJson.Of("old@x", "<lead@x>", from: "desk@platform.example", date: SuggestionServer.Ago(TimeSpan.FromDays(1)))]);
        Assert.Equal("pending", Assert.Single(await api.SuggestionsAsync(conversation)).Text("status"));

        await api.Client.PostLinesAsync([MailJson.Of("answer@x", "<lead@x>", from: "desk@platform.example", text: "Yes.", date: SuggestionServer.Today)]);
        var retired = Assert.Single(await api.SuggestionsAsync(conversation));
        Assert.Equal(("rejected", "Answered by mail from elsewhere."), (retired.Text("status"), retired.Text("userFeedback")));
        Assert.Empty((await api.Client.GetJsonAsync("/api/v1/conversations?hasPendingSuggestion=true")).GetProperty("items").EnumerateArray());
        Assert.Equal(HttpStatusCode.Conflict, (await api.PostAsync($"/suggestions/{id}/approve")).Status);
        Assert.Equal(0, await api.MailsOutAsync());
    }

    [Theory]
    [InlineData("suggestions", "tone", """{"tone":"rude"}""")]
    [InlineData("suggestions", "length", """{"length":"endless"}""")]
    [InlineData("suggestions", "prompt", null)]
    [InlineData("approve", "editedContent", """{"editedContent":"  "}""")]
    [InlineData("reject", "reason", """{"reason":"\u0000"}""")]
    public async Task A_wish_that_is_out_of_bounds_is_refused_by_the_name_of_its_field(string verb, string field, string? body)
    {
        await using var api = await SuggestionServer.StartLocalAsync(postgres.Server);
        body ??= $$"""{"prompt":"{{new string('x', 2001)}}"}""";
        using var response = await api.Client.PostAsync($"/api/v1/{(verb == "suggestions" ? "conversations" : "suggestions")}/{Guid.NewGuid()}/{verb}",
            new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains($"\"{field}\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_of_suggestions_hold_each_once_newest_first()
    {
        await using var model = await LoopbackOpenAi.StartAsync(SuggestionServer.Key);
        await using var api = await SuggestionServer.StartChatAsync(postgres.Server, model);
        var (conversation, _) = await DraftAsync(api);
        for (var count = 2; count <= 5; count++)
        {
            await api.PostAsync($"/conversations/{conversation}/suggestions");
            await api.WaitAsync(conversation, count);
        }

        var ids = new List<Guid>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await api.Client.GetJsonAsync($"/api/v1/conversations/{conversation}/suggestions?limit=2{(cursor.Length == 0 ? "" : $"&cursor={cursor}")}");
            ids.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.Id()));
            cursor = page.GetProperty("nextCursor").GetString();
        }

        Assert.Equal(await api.ScalarAsync<Guid[]>("SELECT array_agg(id ORDER BY created_at DESC) FROM ai_suggestions"), ids);
        await api.Client.GetJsonAsync($"/api/v1/conversations/{Guid.NewGuid()}/suggestions", HttpStatusCode.NotFound);
    }

    internal static async Task<(Guid Conversation, Guid Suggestion)> DraftAsync(ApiServer api, string name = "lead")
    {
        var conversation = await api.AskAsync($"{name}@x", "Is the blue vase still there?", from: $"{name}@people.example");
        return (conversation, (await api.WaitAsync(conversation))[0].Id());
    }

    private static string Type(System.Text.Json.JsonElement problem) => problem.Text("type").Split(':')[^1];
}
