using System.Text.Json;
using ConversationApi.Tests.Events;
using PostgresForTests;

namespace ConversationApi.Tests.Suggestions;

public sealed class LocalTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Question = "Do you deliver garden furniture to the islands, and how long does the crossing take?";
    private const string Answer = "Dear Petra,\n\nYes, we deliver garden furniture to all islands. The crossing takes three days, Petra.\n\nThe price includes unpacking.\n--\nThe desk\n> Do you deliver?";

    [Fact]
    public async Task A_draft_is_drawn_from_how_a_similar_message_was_answered_and_made_fit_for_its_lead()
    {
        await using var api = await SuggestionServer.StartLocalAsync(postgres.Server);
        await TeachAsync(api);
        await using var client = await EventClient.OpenAsync(api);
        var conversation = await api.AskAsync("new@x", "Can you deliver garden furniture to the islands? How long is the crossing?");
        var made = Assert.Single(await api.WaitAsync(conversation));
        Assert.Equal("Dear Somebody,\n\nYes, we deliver garden furniture to all islands. The crossing takes three days, Somebody.\n\nThe price includes unpacking.", made.Text("suggestedContent"));
        Assert.Equal(("pending", "local"), (made.Text("status"), made.Text("modelUsed")));
        Assert.InRange(made.GetProperty("confidenceScore").GetDouble(), 0.2, 1);
        Assert.Equal(JsonValueKind.Null, made.GetProperty("tokensUsed").ValueKind);
        Assert.Equal(await api.ScalarAsync<Guid>("SELECT id FROM conversation_messages WHERE message_id = 'answer@x'"), made.GetProperty("contextUsed").GetProperty("drawnFrom").GetGuid());

        var events = await client.TakeAsync(2);
        Assert.Equal(["new_reply", "suggestion_ready"], events.Select(e => e.Name));
        Assert.Equal((conversation, made.Id()), (events[1].Conversation, events[1].Data.GetProperty("suggestionId").GetGuid()));
        Assert.Equal(0, await api.MailsOutAsync());
    }

    [Fact]
    public async Task Where_nothing_similar_was_answered_nothing_is_made_up()
    {
        await using var api = await SuggestionServer.StartLocalAsync(postgres.Server);
        await TeachAsync(api);
        var conversation = await api.AskAsync("other@x", "My invoice number seventeen lists a wrong tax rate.");
        await api.SettleAsync();
        Assert.Empty(await api.SuggestionsAsync(conversation));

        await using var client = await EventClient.OpenAsync(api, $"?conversationId={conversation}");
        Assert.Equal(System.Net.HttpStatusCode.Accepted, (await api.PostAsync($"/conversations/{conversation}/suggestions")).Status);
        var told = (await client.NextAsync())!;
        Assert.Equal("failed", told.Name);
        Assert.StartsWith("No reply could be drafted", told.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mail_that_was_answered_or_followed_by_another_before_its_turn_gets_no_draft_of_its_own()
    {
        await using var api = await SuggestionServer.StartLocalAsync(postgres.Server);
        await TeachAsync(api);
        await using var idle = await SuggestionServer.StartLocalAsync(postgres.Server, ("Suggestions:Enabled", "false"));
        await TeachAsync(idle);
        var answered = await idle.AskAsync("answered@x", Question, from: "one@people.example");
        var twice = await idle.AskAsync("first@x", Question, from: "two@people.example");
        await idle.AskAsync("second@x", $"Also this: {Question}", from: "two@people.example", inReplyTo: "<first@x>");
        await idle.PostAsync($"/conversations/{answered}/reply", new { content = "By hand." });
        await using var drafting = ApiServer.Start(idle.ConnectionString, SuggestionServer.Fast);
        await drafting.SettleAsync();
        Assert.Empty(await drafting.SuggestionsAsync(answered));
        var only = Assert.Single(await drafting.SuggestionsAsync(twice));
        Assert.Equal(await drafting.ScalarAsync<Guid>("SELECT id FROM conversation_messages WHERE message_id = 'second@x'"), only.GetProperty("inReplyToMessageId").GetGuid());
    }

    [Fact]
    public async Task Two_replicas_make_one_draft_of_each_message()
    {
        await using var api = await SuggestionServer.StartLocalAsync(postgres.Server);
        await using var other = ApiServer.Start(api.ConnectionString, SuggestionServer.Fast);
        await TeachAsync(api);
        await api.Client.PostLinesAsync(Enumerable.Range(0, 40).Select(i => MailJson.Of($"q{i}@x", from: $"lead{i}@people.example", text: Question, date: SuggestionServer.Today)));
        await api.SettleAsync();
        Assert.Equal((40L, 40L), (await api.ScalarAsync<long>("SELECT count(*) FROM ai_suggestions"), await api.ScalarAsync<long>("SELECT count(*) FROM conversation_events WHERE kind = 'suggestion_ready'")));
    }

    /// <summary>Somebody asked before and was answered.</summary>
    private static async Task TeachAsync(ApiServer api)
    {
        var mails = new List<string>
        {
            MailJson.Of("question@x", from: "petra@people.example", text: Question, date: "Mon, 01 Jan 2024 10:00:00 +0000"),
            MailJson.Of("answer@x", "<question@x>", from: "desk@platform.example", text: Answer, date: "Mon, 01 Jan 2024 11:00:00 +0000"),
        };
        mails.AddRange(Enumerable.Range(0, 30).Select(i => MailJson.Of($"noise{i}@x", from: $"noise{i}@people.example", text: $"Remark {i} about painting ceramic vases number {i * 7}", date: "Mon, 01 Jan 2024 10:00:00 +0000")));
        await api.Client.PostLinesAsync(mails);
        await using (var name = api.Database.CreateCommand("UPDATE conversations SET lead_name = 'Petra Example' WHERE lead_email = 'petra@people.example'"))
            await name.ExecuteNonQueryAsync();
        await api.IndexAsync();
    }
}
