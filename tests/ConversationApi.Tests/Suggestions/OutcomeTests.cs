using System.Net;
using System.Text.Json;
using ConversationApi.Suggestions;
using ConversationApi.Tests.Events;
using ConversationApi.Work;
using ConversationData.Work;
using Microsoft.Extensions.DependencyInjection;
using PostgresForTests;
using ProvidersForTests;

namespace ConversationApi.Tests.Suggestions;

/// <summary>How the work on a draft ends: once, and whoever asked for it hears of it.</summary>
public sealed class OutcomeTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Question = "Is the blue vase still there?";

    [Fact]
    public async Task A_provider_that_is_down_for_long_loses_no_draft()
    {
        await using var model = await LoopbackOpenAi.StartAsync(SuggestionServer.Key);
        await using var api = await SuggestionServer.StartChatAsync(postgres.Server, model);
        model.FailNext([.. Enumerable.Repeat(Fault.ServerError, 10)]);
        Assert.Single(await api.WaitAsync(await api.AskAsync("a@x", Question)));
        Assert.Equal(11, model.Chats.Count);
    }

    [Fact]
    public async Task What_is_paid_and_no_reply_is_asked_for_a_few_times_only()
    {
        await using var model = await LoopbackOpenAi.StartAsync(SuggestionServer.Key);
        await using var api = await SuggestionServer.StartChatAsync(postgres.Server, model);
        model.WriteNext("{\"reply\": 7}", "{\"reply\": 7}", "{\"reply\": 7}");
        var conversation = await api.AskAsync("a@x", Question);
        await api.SettleAsync();
        Assert.Equal((3, "The model wrote no reply."), (model.Chats.Count, await LastErrorAsync(api)));

        // A person sees that there is none, and why, until there is one.
        var shown = Assert.Single((await GivenUpAsync(api, conversation)).EnumerateArray());
        Assert.Equal((await api.ScalarAsync<Guid>("SELECT id FROM conversation_messages"), 3, "The model wrote no reply."),
            (shown.GetProperty("inReplyToMessageId").GetGuid(), shown.GetProperty("attempts").GetInt32(), shown.Text("reason")));
        Assert.True(shown.GetProperty("failedAt").GetDateTime() > DateTime.UtcNow.AddMinutes(-5));
        Assert.Empty((await GivenUpAsync(api, await api.AskAsync("other@x", Question))).EnumerateArray());
        await api.PostAsync($"/conversations/{conversation}/suggestions");
        await api.WaitAsync(conversation);
        Assert.Empty((await GivenUpAsync(api, conversation)).EnumerateArray());
    }

    private static async Task<JsonElement> GivenUpAsync(ApiServer api, Guid conversation) =>
        (await api.Client.GetJsonAsync($"/api/v1/conversations/{conversation}/suggestions")).GetProperty("givenUp");

    [Fact]
    public async Task A_draft_that_the_database_refuses_is_not_made_for_ever()
    {
        await using var model = await LoopbackOpenAi.StartAsync(SuggestionServer.Key);
        await using var api = await SuggestionServer.StartChatAsync(postgres.Server, model);
        await using (var refuse = api.Database.CreateCommand("REVOKE INSERT ON ai_suggestions FROM app_user"))
            await refuse.ExecuteNonQueryAsync();
        await api.AskAsync("a@x", Question);
        await api.SettleAsync();
        Assert.Equal((3, "It went wrong here: PostgresException."), (model.Chats.Count, await LastErrorAsync(api)));
    }

    [Fact]
    public async Task A_merge_next_to_a_finished_draft_does_not_lose_it()
    {
        await using var model = await LoopbackOpenAi.StartAsync(SuggestionServer.Key);
        await using var api = await SuggestionServer.StartChatAsync(postgres.Server, model, ("Suggestions:Enabled", "false"));
        var older = await api.AskAsync("a@x", Question);
        var gone = await api.AskAsync("b@x", Question);
        await using var connection = await api.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var hold = connection.CreateCommand())
        {
            hold.CommandText = $"SELECT FROM conversations WHERE id = '{gone}' FOR UPDATE";
            await hold.ExecuteNonQueryAsync();
        }

        // A machine's mail ties them together; it stands before the drafts in the queue for the conversations.
        var merging = api.Client.PostLinesAsync([MailJson.Of("c@x", references: "<a@x> <b@x>", date: SuggestionServer.Today, headers: ("Auto-Submitted", "auto-replied"))]);
        await UntilWaitAsync(api, 1);
        await using var drafting = ApiServer.Start(api.ConnectionString, SuggestionServer.Chat(model));
        await UntilWaitAsync(api, 3);
        await transaction.CommitAsync();
        Assert.Equal(older, (await merging)[0].Conversation());
        var kept = Assert.Single(await api.WaitAsync(older));
        Assert.Equal(await api.ScalarAsync<Guid>("SELECT id FROM conversation_messages WHERE message_id = 'b@x'"), kept.GetProperty("inReplyToMessageId").GetGuid());
    }

    [Fact]
    public async Task Whoever_asked_is_told_when_the_draft_is_not_wanted_any_more()
    {
        await using var model = await LoopbackOpenAi.StartAsync(SuggestionServer.Key);
        await using var api = await SuggestionServer.StartChatAsync(postgres.Server, model);
        var (conversation, _) = await DecisionTests.DraftAsync(api);
        await using var client = await EventClient.OpenAsync(api);
        model.FailNext([.. Enumerable.Repeat(Fault.NoAnswer, 20)]);
        await api.PostAsync($"/conversations/{conversation}/suggestions");
        for (var tries = 0; model.Chats.Count < 2; tries++)
        {
            Assert.True(tries < 400, "The model is not asked.");
            await Task.Delay(25);
        }

        Assert.Equal(HttpStatusCode.Accepted, (await api.PostAsync($"/conversations/{conversation}/reply", new { content = "By hand." })).Status);
        var told = await client.TakeAsync(2);
        Assert.Equal(["status", "failed"], told.Select(e => e.Name));
        Assert.Equal("No reply could be drafted: the message does not wait for an answer any more.", told[1].Reason);
        await api.SettleAsync();
    }

    [Fact]
    public async Task A_failure_is_told_once_by_whom_the_work_belongs_to_and_where_the_message_is_now()
    {
        await using var api = await SuggestionServer.StartLocalAsync(postgres.Server, ("Suggestions:Enabled", "false"));
        var older = await api.AskAsync("a@x", Question);
        var gone = await api.AskAsync("b@x", Question);
        await api.PostAsync($"/conversations/{gone}/suggestions");
        await using (var others = api.Database.CreateCommand("DELETE FROM message_work WHERE kind = 'suggest' AND options IS NULL"))
            await others.ExecuteNonQueryAsync();
        var queue = api.Services.GetRequiredService<WorkQueue>();
        var store = api.Services.GetRequiredService<SuggestionStore>();
        var lost = Assert.Single(await queue.ClaimAsync(WorkKind.Suggest, 5, TimeSpan.Zero, default));
        var held = Assert.Single(await queue.ClaimAsync(WorkKind.Suggest, 5, TimeSpan.FromMinutes(1), default));
        await api.Client.PostLinesAsync([MailJson.Of("c@x", references: "<a@x> <b@x>", date: SuggestionServer.Today)]);
        Assert.False(await store.TellFailedAsync(lost, "lost.", givenUp: false, default));
        Assert.True(await store.TellFailedAsync(held, "held.", givenUp: true, default));
        Assert.False(await store.TellFailedAsync(held, "held.", givenUp: true, default));
        Assert.Equal("held.", await LastErrorAsync(api));
        Assert.Equal($"{older} No reply could be drafted: held.", await api.ScalarAsync<string>("SELECT string_agg(conversation_id || ' ' || reason, ';') FROM conversation_events WHERE kind = 'failed'"));
    }

    private static Task<string> LastErrorAsync(ApiServer api) => api.ScalarAsync<string>("SELECT last_error FROM message_work WHERE kind = 'suggest' AND failed_at IS NOT NULL");

    private static async Task UntilWaitAsync(ApiServer api, int count)
    {
        for (var tries = 0; await api.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") < count; tries++)
        {
            Assert.True(tries < 400, $"Fewer than {count} wait.");
            await Task.Delay(50);
        }
    }
}
