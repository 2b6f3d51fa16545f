using System.Text.Json;
using ConversationApi.Tests.Events;
using PostgresForTests;
using ProvidersForTests;

namespace ConversationApi.Tests.Suggestions;

public sealed class ChatTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task The_model_gets_conversation_tone_length_and_prompt_and_what_it_cost_is_kept()
    {
        await using var model = await LoopbackOpenAi.StartAsync(SuggestionServer.Key);
        await using var api = await SuggestionServer.StartChatAsync(postgres.Server, model);
        var conversation = await api.AskAsync("a@x", "Is the blue vase still there?");
        var first = Assert.Single(await api.WaitAsync(conversation));
        Assert.Equal(("test-model", 0.8, "neutral"), (first.Text("modelUsed"), first.GetProperty("confidenceScore").GetDouble(), first.GetProperty("sentimentAnalysis").Text("label")));
        var tokens = first.GetProperty("tokensUsed").GetInt32();
        Assert.Equal(((tokens - 40) * 10m + 40 * 20m) / 1_000_000m, first.GetProperty("generationCost").GetDecimal());

        var (status, asked) = await api.PostAsync($"/conversations/{conversation}/suggestions", new { tone = "formal", length = "short", prompt = "Offer to reserve it." });
        Assert.Equal(System.Net.HttpStatusCode.Accepted, status);
        Assert.Equal(first.GetProperty("inReplyToMessageId").GetGuid(), asked.GetProperty("inReplyToMessageId").GetGuid());
        var all = await api.WaitAsync(conversation, 2);
        Assert.Equal(["pending", "rejected"], all.Select(s => s.Text("status")));
        Assert.Equal("replaced", all[1].Text("userFeedback"));
        Assert.Equal("formal", all[0].GetProperty("contextUsed").Text("tone"));
        Assert.Equal(first.GetProperty("inReplyToMessageId").GetGuid(), all[0].GetProperty("contextUsed").GetProperty("messageIds")[0].GetGuid());
        var messages = model.Chats[^1].Json.GetProperty("messages");
        Assert.Equal("system", messages[0].Text("role"));
        Assert.All(new[] { "formal", "short", "Offer to reserve it." }, word => Assert.Contains(word, messages[0].GetProperty("content").ToString(), StringComparison.Ordinal));
        using var material = JsonDocument.Parse(messages[1].GetProperty("content").ToString());
        Assert.Equal("Is the blue vase still there?", material.RootElement.GetProperty("conversation")[0].Text("text"));
    }

    [Theory]
    [InlineData(Fault.TooManyRequests)]
    [InlineData(Fault.ServerError)]
    [InlineData(Fault.NoAnswer)]
    [InlineData(Fault.CutMidBody)]
    [InlineData(Fault.MalformedJson)]
    [InlineData(Fault.Refused)]
    public async Task A_provider_that_fails_is_asked_again_and_nothing_is_made_twice(Fault fault)
    {
        await using var model = await LoopbackOpenAi.StartAsync(SuggestionServer.Key);
        await using var api = await SuggestionServer.StartChatAsync(postgres.Server, model);
        model.FailNext(fault, fault);
        var conversation = await api.AskAsync("a@x", "Is the blue vase still there?");
        Assert.Single(await api.WaitAsync(conversation));
        await api.SettleAsync();
        Assert.Equal((3, 1), (model.Chats.Count, (await api.SuggestionsAsync(conversation)).Count));
    }

    [Fact]
    public async Task What_fails_for_ever_is_given_up_with_its_reason_and_whoever_asked_is_told()
    {
        await using var model = await LoopbackOpenAi.StartAsync(SuggestionServer.Key);
        await using var api = await SuggestionServer.StartChatAsync(postgres.Server, model, ("Suggestions:Attempts", "2"));
        model.FailNext(Fault.ServerError, Fault.ServerError);
        var conversation = await api.AskAsync("a@x", "Is the blue vase still there?");
        await api.SettleAsync();
        Assert.Equal((2, "The provider answers 500."), (model.Chats.Count, await api.ScalarAsync<string>("SELECT last_error FROM message_work WHERE kind = 'suggest' AND failed_at IS NOT NULL")));

        await using var client = await EventClient.OpenAsync(api);
        model.FailNext(Fault.ServerError, Fault.ServerError);
        await api.PostAsync($"/conversations/{conversation}/suggestions");
        // Another transaction of the server may hold what came before back until now.
        ReceivedEvent? told;
        while ((told = await client.NextAsync())?.Name == "new_reply")
            Assert.Equal(conversation, told.Conversation);
        Assert.Equal(("failed", "No reply could be drafted: The provider answers 500."), (told!.Name, told.Reason));
        await api.PostAsync($"/conversations/{conversation}/suggestions");
        Assert.Single(await api.WaitAsync(conversation));
    }

    [Theory]
    [InlineData("```json\n{\"reply\": \"Yes.\", \"confidence\": \"85%\", \"sentiment\": \"negative\"}\n```", "Yes.", 0.85, "negative")]
    [InlineData("Sure! {\"reply\": \"Yes.\", \"confidence\": 1.0} Anything else?", "Yes.", 1.0, null)]
    [InlineData("{\"content\": \"Yes.\\u0000\", \"confidence\": \"very\", \"sentiment\": [1]}", "Yes.", null, null)]
    [InlineData("Just yes.", "Just yes.", null, null)]
    [InlineData("{\"reply\": \"Yes.\", \"confidence\": 0.5, \"sentiment\": {\"label\": \"\\ud800\"}}", "Yes.", 0.5, null)]
    [InlineData("{\"reply\": \"Yes.\", \"sentiment\": \"\\udc00\"}", "Yes.", null, null)]
    [InlineData("{\"reply\": \"Yes.\", \"sentiment\": {\"label\": \"good\", \"score\": 1e400000}}", "Yes.", null, null)]
    [InlineData("{\"reply\": \"Yes \\ud83d\\ude00.\", \"sentiment\": {\"label\": \"\\ud83d\\ude00\", \"score\": 0.5}}", "Yes \U0001F600.", null, "\U0001F600")]
    public async Task What_the_model_writes_is_read_with_patience(string written, string reply, double? confidence, string? sentiment)
    {
        await using var model = await LoopbackOpenAi.StartAsync(SuggestionServer.Key);
        await using var api = await SuggestionServer.StartChatAsync(postgres.Server, model);
        model.WriteNext(written);
        var made = Assert.Single(await api.WaitAsync(await api.AskAsync("a@x", "Is the blue vase still there?")));
        Assert.Equal(reply, made.Text("suggestedContent"));
        Assert.Equal(confidence, made.GetProperty("confidenceScore") is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null);
        Assert.Equal(sentiment, made.GetProperty("sentimentAnalysis") is { ValueKind: JsonValueKind.Object } found ? found.Text("label") : null);
    }

    [Theory]
    [InlineData("{\"reply\": \"It ends in the mid")]
    [InlineData("{\"reply\": \"\"}")]
    [InlineData("{\"reply\": 7}")]
    [InlineData("{\"reply\": \"\\ud800\"}")]
    [InlineData("{\"reply\": \"Yes.\", \"confidence\": \"\\ud800\"}")]
    [InlineData("{\"role\": \"assistant\", \"content\": null, \"tool_calls\": [{\"id\": \"1\", \"type\": \"function\", \"function\": {\"name\": \"send\", \"arguments\": \"{}\"}}]}")]
    public async Task What_is_no_reply_is_no_draft_and_is_asked_for_again(string written)
    {
        await using var model = await LoopbackOpenAi.StartAsync(SuggestionServer.Key);
        await using var api = await SuggestionServer.StartChatAsync(postgres.Server, model);
        model.WriteNext(written);
        var made = Assert.Single(await api.WaitAsync(await api.AskAsync("a@x", "Is the blue vase still there?")));
        Assert.StartsWith("A reply made from", made.Text("suggestedContent"), StringComparison.Ordinal);
        Assert.Equal(2, model.Chats.Count);
    }
}
