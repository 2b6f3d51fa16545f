using System.Net;
using ConversationApi.Tests.Delivery;
using ConversationApi.Tests.Events;
using PostgresForTests;

namespace ConversationApi.Tests.Conversations;

/// <summary>Conversations that mail ties together, but that only a person may make one.</summary>
public sealed class LinkTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Desk = "desk@platform.example";

    [Fact]
    public async Task A_new_link_changes_the_entity_tag_of_both_conversations_is_told_and_listed()
    {
        await using var api = await StartAsync();
        var (one, other) = await TalkAsync(api);
        await using var events = await EventClient.OpenAsync(api, $"?conversationId={one}");
        var tags = new[] { await TagAsync(api, one), await TagAsync(api, other) };
        Assert.Empty(await ListAsync(api));
        // It goes to one of them.
        await LinkAsync(api, "c@x");
        foreach (var (id, tag) in new[] { one, other }.Zip(tags))
        {
            using var response = await ReadAsync(api, id, tag);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal("linked", (await events.NextAsync())!.Reason);
        Assert.Equal(new HashSet<Guid> { one, other }, await ListAsync(api));
        // The same tie again is nothing new for the one that gets no mail.
        var again = await TagAsync(api, one);
        await LinkAsync(api, "d@x");
        Assert.Equal(again, await TagAsync(api, one));
    }

    [Fact]
    public async Task A_person_can_say_that_linked_conversations_are_apart_for_good()
    {
        await using var api = await StartAsync();
        var (one, other) = await TalkAsync(api);
        await LinkAsync(api, "c@x");
        var tags = new[] { await TagAsync(api, one), await TagAsync(api, other) };
        Assert.Equal(HttpStatusCode.PreconditionFailed, await StatusAsync(api, one, other, "dismiss", ifMatch: "\"1\""));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(api, other, one, "dismiss", key: "once"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(api, other, one, "dismiss", key: "once"));
        Assert.Equal(HttpStatusCode.Conflict, await StatusAsync(api, one, other, "dismiss"));
        Assert.NotEqual(tags, [await TagAsync(api, one), await TagAsync(api, other)]);

        await LinkAsync(api, "d@x");
        Assert.Empty(await ListAsync(api));
        Assert.Empty((await api.Client.GetJsonAsync($"/api/v1/conversations/{one}")).GetProperty("linkedConversationIds").EnumerateArray());
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(api, one, Guid.NewGuid(), "dismiss"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(api, one, one, "merge"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(api, Guid.NewGuid(), one, "merge"));
    }

    [Theory]
    [InlineData(false, "first@people.example")]
    [InlineData(true, "second@people.example")]
    public async Task A_person_can_merge_them_and_says_whose_lead_it_is(bool fromTheYounger, string lead)
    {
        await using var api = await StartAsync();
        var (older, younger) = await TalkAsync(api);
        await LinkAsync(api, "c@x");
        await using var events = await EventClient.OpenAsync(api, $"?conversationId={younger}");
        var (first, second) = fromTheYounger ? (younger, older) : (older, younger);
        var merged = await api.Client.PostAsync($"/api/v1/conversations/{first}/links/{second}/merge", key: "once");
        Assert.Equal((older, lead, 5), (merged.Id(), merged.GetProperty("leadEmail").GetString(), merged.GetProperty("messageCount").GetInt32()));
        Assert.Equal($"merged into {older}", (await events.NextAsync())!.Reason);
        Assert.Equal(merged.GetRawText(), (await api.Client.PostAsync($"/api/v1/conversations/{first}/links/{second}/merge", key: "once")).GetRawText());
        Assert.Equal(HttpStatusCode.PermanentRedirect, await StatusAsync(api, younger, older, "merge"));
        Assert.Empty(await ListAsync(api));
        // What names either is of one conversation from now on.
        Assert.Equal(older, (await api.Client.PostLinesAsync([MailJson.Of("e@x", "<b@x>", "<a@x> <b@x>", from: "second@people.example")]))[0].Conversation());
    }

    [Fact]
    public async Task A_conversation_whose_linked_one_is_merged_or_deleted_gets_a_new_entity_tag()
    {
        await using var api = await StartAsync();
        var (one, other) = await TalkAsync(api);
        await Task.Delay(5);
        await api.Client.PostLinesAsync([MailJson.Of("z@x", from: "third@people.example"), MailJson.Of("z2@x", "<z@x>", from: Desk)]);
        var third = await api.ScalarAsync<Guid>("SELECT conversation_id FROM conversation_messages WHERE message_id = 'z@x'");
        await api.Client.PostLinesAsync([MailJson.Of("c@x", references: "<a@x> <b@x> <z@x>", from: "fourth@people.example")]);
        Assert.Equal(3, (await ListAsync(api)).Count);

        var tag = await TagAsync(api, third);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(api, one, other, "merge"));
        Assert.NotEqual(tag, tag = await TagAsync(api, third));
        Assert.Equal(one, Assert.Single((await api.Client.GetJsonAsync($"/api/v1/conversations/{third}")).GetProperty("linkedConversationIds").EnumerateArray()).GetGuid());
        using (var deleted = await api.Client.SendAsync(HttpMethod.Delete, $"/api/v1/conversations/{one}", ifMatch: "*"))
            Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.NotEqual(tag, await TagAsync(api, third));
        Assert.Empty(await ListAsync(api));
    }

    [Fact]
    public async Task A_conversation_whose_linked_one_is_erased_with_its_lead_gets_a_new_entity_tag_and_one_that_was_set_apart_keeps_its_own()
    {
        await using var api = await StartAsync();
        var (one, other) = await TalkAsync(api);
        await LinkAsync(api, "c@x");
        var tag = await TagAsync(api, one);
        await EraseAsync("nobody@people.example");
        Assert.Equal(tag, await TagAsync(api, one));
        Assert.Equal(other, Assert.Single((await api.Client.GetJsonAsync($"/api/v1/conversations/{one}")).GetProperty("linkedConversationIds").EnumerateArray()).GetGuid());
        await EraseAsync("second@people.example");
        Assert.NotEqual(tag, await TagAsync(api, one));
        Assert.Empty((await api.Client.GetJsonAsync($"/api/v1/conversations/{one}")).GetProperty("linkedConversationIds").EnumerateArray());

        await api.Client.PostLinesAsync([MailJson.Of("b@x", from: "second@people.example"), MailJson.Of("b2@x", "<b@x>", from: Desk)]);
        await LinkAsync(api, "d@x");
        var again = await api.ScalarAsync<Guid>("SELECT conversation_id FROM conversation_messages WHERE message_id = 'b@x'");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(api, one, again, "dismiss"));
        tag = await TagAsync(api, one);
        await EraseAsync("second@people.example");
        Assert.Equal(tag, await TagAsync(api, one));

        async Task EraseAsync(string lead)
        {
            using var erased = await api.Client.DeleteAsync($"/api/v1/leads/{lead}");
            Assert.Equal(HttpStatusCode.OK, erased.StatusCode);
        }
    }

    private Task<ApiServer> StartAsync() => ApiServer.StartAsync(postgres.Server, ("Ingestion:OwnAddresses:0", Desk));

    /// <summary>Two conversations with two leads that we wrote to.</summary>
    private static async Task<(Guid Older, Guid Younger)> TalkAsync(ApiServer api)
    {
        var older = (await api.Client.PostLinesAsync([MailJson.Of("a@x", from: "first@people.example"), MailJson.Of("a2@x", "<a@x>", from: Desk)]))[0].Conversation();
        await Task.Delay(5);
        var younger = (await api.Client.PostLinesAsync([MailJson.Of("b@x", from: "second@people.example"), MailJson.Of("b2@x", "<b@x>", from: Desk)]))[0].Conversation();
        return (older, younger);
    }

    /// <summary>Mail of the second lead that names both.</summary>
    private static async Task LinkAsync(ApiServer api, string messageId) =>
        await api.Client.PostLinesAsync([MailJson.Of(messageId, "<b@x>", "<a@x> <b@x>", from: "second@people.example")]);

    private static async Task<HashSet<Guid>> ListAsync(ApiServer api) =>
        [.. (await api.Client.GetJsonAsync("/api/v1/conversations?linked=true")).GetProperty("items").EnumerateArray().Select(c => c.Id())];

    private static async Task<HttpStatusCode> StatusAsync(ApiServer api, Guid id, Guid linked, string what, string? key = null, string? ifMatch = null)
    {
        using var response = await api.Client.SendAsync(HttpMethod.Post, $"/api/v1/conversations/{id}/links/{linked}/{what}", key: key, ifMatch: ifMatch);
        return response.StatusCode;
    }

    private static async Task<string> TagAsync(ApiServer api, Guid id)
    {
        using var response = await ReadAsync(api, id, "");
        return response.Headers.ETag!.ToString();
    }

    private static async Task<HttpResponseMessage> ReadAsync(ApiServer api, Guid id, string tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/conversations/{id}");
        if (tag.Length > 0)
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        return await api.Client.SendAsync(request);
    }
}
