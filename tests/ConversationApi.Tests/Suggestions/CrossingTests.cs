using System.Net;
using PostgresForTests;
using ProvidersForTests;

namespace ConversationApi.Tests.Suggestions;

/// <summary>Mail that crosses ours: written before it, come in after it.</summary>
public sealed class CrossingTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Mail_that_came_in_after_ours_is_answered_though_it_was_written_before()
    {
        await using var model = await LoopbackOpenAi.StartAsync(SuggestionServer.Key);
        await using var api = await SuggestionServer.StartChatAsync(postgres.Server, model);
        var conversation = (await api.Client.PostLinesAsync([MailJson.Of("a@x", text: "Is the blue vase still there?", date: SuggestionServer.Ago(TimeSpan.FromMinutes(5)))]))[0].Conversation();
        await api.WaitAsync(conversation);
        Assert.Equal(HttpStatusCode.Accepted, (await api.PostAsync($"/conversations/{conversation}/reply", new { content = "It is." })).Status);
        await api.Client.PostLinesAsync([MailJson.Of("b@x", "<a@x>", text: "And the green one?", date: SuggestionServer.Ago(TimeSpan.FromMinutes(1)))]);
        var drafted = (await api.WaitAsync(conversation, 2))[0];
        Assert.Equal(("pending", await IdAsync(api, "b@x")), (drafted.Text("status"), drafted.GetProperty("inReplyToMessageId").GetGuid()));
        var (status, asked) = await api.PostAsync($"/conversations/{conversation}/suggestions");
        Assert.Equal((HttpStatusCode.Accepted, await IdAsync(api, "b@x")), (status, asked.GetProperty("inReplyToMessageId").GetGuid()));
        await api.WaitAsync(conversation, 3);
    }

    [Fact]
    public async Task Mail_that_came_in_last_is_answered_though_it_is_the_oldest_by_its_date_and_what_we_wrote_is_known_to_the_model()
    {
        await using var model = await LoopbackOpenAi.StartAsync(SuggestionServer.Key);
        await using var api = await SuggestionServer.StartChatAsync(postgres.Server, model);
        var conversation = (await api.Client.PostLinesAsync([MailJson.Of("a@x", text: "Is the blue vase still there?", date: SuggestionServer.Ago(TimeSpan.FromMinutes(5)))]))[0].Conversation();
        await api.WaitAsync(conversation);
        Assert.Equal(HttpStatusCode.Accepted, (await api.PostAsync($"/conversations/{conversation}/reply", new { content = "It is." })).Status);
        await api.Client.PostLinesAsync([MailJson.Of("b@x", "<a@x>", text: "And the green one?", date: SuggestionServer.Ago(TimeSpan.FromHours(1)))]);
        var drafted = (await api.WaitAsync(conversation, 2))[0];
        Assert.Equal(("pending", await IdAsync(api, "b@x")), (drafted.Text("status"), drafted.GetProperty("inReplyToMessageId").GetGuid()));
        Assert.Equal("Is the blue vase still there?, It is., And the green one?", await api.ScalarAsync<string>($"""
            SELECT string_agg(m.content, ', ' ORDER BY u.place) FROM ai_suggestions s, jsonb_array_elements_text(s.context_used -> 'messageIds') WITH ORDINALITY u (id, place)
                JOIN conversation_messages m ON m.id = u.id::uuid WHERE s.status = 'pending'
            """));
        var (status, asked) = await api.PostAsync($"/conversations/{conversation}/suggestions");
        Assert.Equal((HttpStatusCode.Accepted, await IdAsync(api, "b@x")), (status, asked.GetProperty("inReplyToMessageId").GetGuid()));
        await api.WaitAsync(conversation, 3);
    }

    [Fact]
    public async Task Of_mail_that_is_brought_in_together_the_date_says_what_was_answered()
    {
        await using var model = await LoopbackOpenAi.StartAsync(SuggestionServer.Key);
        await using var api = await SuggestionServer.StartChatAsync(postgres.Server, model);
        var conversation = (await api.Client.PostLinesAsync([
            MailJson.Of("ours@x", "<a@x>", from: "desk@platform.example", date: SuggestionServer.Ago(TimeSpan.FromHours(1))),
            MailJson.Of("a@x", date: SuggestionServer.Ago(TimeSpan.FromHours(2)))]))[0].Conversation();
        await api.SettleAsync();
        Assert.Equal("needs_reply", (await api.Client.GetJsonAsync($"/api/v1/conversations/{conversation}")).Text("status"));
        Assert.Empty(model.Chats);
        Assert.Equal(HttpStatusCode.Conflict, (await api.PostAsync($"/conversations/{conversation}/suggestions")).Status);
    }

    private static Task<Guid> IdAsync(ApiServer api, string messageId) => api.ScalarAsync<Guid>($"SELECT id FROM conversation_messages WHERE message_id = '{messageId}'");
}
