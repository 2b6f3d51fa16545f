using System.Net;
using PostgresForTests;
using ProvidersForTests;

namespace ConversationApi.Tests.Delivery;

public sealed class UndoTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    // As long as it can be: nothing is sent before it is taken back, however slow the machine is.
    private static readonly (string, string?) _undoable = ("Delivery:UndoFor", "00:10:00");
    private static readonly (string, string?) _noDrafts = ("Suggestions:Enabled", "false");

    [Theory]
    [InlineData("needs_reply")]
    [InlineData("archived")]
    [InlineData("active")]
    public async Task A_mail_that_is_taken_back_leaves_nothing_of_itself(string before)
    {
        await using var postmark = await LoopbackPostmark.StartAsync();
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick(postmark, _undoable));
        var id = await api.AskedAsync();
        if (before != "needs_reply")
            await api.Client.PostAsync($"/api/v1/conversations/{id}/archive");
        if (before == "active")
            await api.Client.PostAsync($"/api/v1/conversations/{id}/reopen");
        var was = await api.Client.GetJsonAsync($"/api/v1/conversations/{id}");
        var reply = await api.Client.ReplyAsync(id);
        Assert.Equal("waiting", await api.StatusAsync(id));
        var after = await UndoAsync(api, id, reply.Id());
        foreach (var field in (string[])["status", "archivedAt", "messageCount", "lastMessageAt", "lastOutboundAt", "lastInboundAt"])
            Assert.Equal(was.GetProperty(field).GetRawText(), after.GetProperty(field).GetRawText());
        Assert.Equal(0, await api.ScalarAsync<long>($"SELECT count(*) FROM message_work WHERE message_id = '{reply.Id()}'"));
        Assert.Equal(0, await api.ScalarAsync<long>($"SELECT count(*) FROM message_references WHERE reference = '{reply.GetProperty("messageId").GetString()}'"));
        Assert.Single((await api.Client.GetJsonAsync($"/api/v1/conversations/{id}/messages")).GetProperty("items").EnumerateArray());
        await api.Client.PostAsync($"/api/v1/conversations/{id}/messages/{reply.Id()}/undo", expected: HttpStatusCode.NotFound);
        Assert.Empty(postmark.Sent);
    }

    [Fact]
    public async Task What_happened_since_stays_when_a_mail_is_taken_back()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick(null, _undoable));
        var id = await api.AskedAsync();
        var first = await api.Client.ReplyAsync(id);
        var second = await api.Client.ReplyAsync(id);
        Assert.Equal("waiting", (await UndoAsync(api, id, first.Id())).GetProperty("status").GetString());
        Assert.Equal("needs_reply", (await UndoAsync(api, id, second.Id())).GetProperty("status").GetString());

        var third = await api.Client.ReplyAsync(id);
        await api.Client.PostAsync($"/api/v1/conversations/{id}/archive");
        Assert.Equal("archived", (await UndoAsync(api, id, third.Id())).GetProperty("status").GetString());
    }

    [Fact]
    public async Task What_came_in_last_says_how_it_stands_when_mail_is_taken_back_whatever_its_date()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick(null, _undoable));
        var id = await api.AskedAsync();
        await api.Client.ReplyAsync(id);
        await api.Client.PostLinesAsync([MailJson.Of("late@x", $"<{await api.ScalarAsync<string>($"SELECT message_id FROM conversation_messages WHERE conversation_id = '{id}' AND direction = 'inbound'")}>", date: "Sun, 31 Dec 2023 10:00:00 +0000")]);
        var second = await api.Client.ReplyAsync(id);
        var third = await api.Client.ReplyAsync(id);
        Assert.Equal("waiting", (await UndoAsync(api, id, second.Id())).GetProperty("status").GetString());
        Assert.Equal("needs_reply", (await UndoAsync(api, id, third.Id())).GetProperty("status").GetString());
    }

    [Fact]
    public async Task What_was_sent_or_is_being_sent_cannot_be_taken_back()
    {
        await using var postmark = await LoopbackPostmark.StartAsync();
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick(postmark, ("Postmark:Timeout", "00:00:30"), ("Delivery:Lease", "00:01:00")));
        var id = await api.AskedAsync();
        postmark.Hold();
        var reply = await api.Client.ReplyAsync(id);
        await Desk.UntilAsync(() => Task.FromResult(postmark.Sent.Count == 1), "postmark has it");
        var path = $"/api/v1/conversations/{id}/messages/{reply.Id()}/undo";
        Assert.Equal("conflict", (await api.Client.PostAsync(path, expected: HttpStatusCode.Conflict)).Type());
        using (var delete = await api.Client.SendAsync(HttpMethod.Delete, $"/api/v1/conversations/{id}", ifMatch: "*"))
            Assert.Equal(HttpStatusCode.Conflict, delete.StatusCode);
        postmark.Release();
        await api.UntilDeliveryAsync(reply.Id(), "sent");
        await api.Client.PostAsync(path, expected: HttpStatusCode.Conflict);
        using var gone = await api.Client.SendAsync(HttpMethod.Delete, $"/api/v1/conversations/{id}", ifMatch: "*");
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
    }

    [Fact]
    public async Task Taking_back_and_sending_at_once_is_one_or_the_other()
    {
        await using var postmark = await LoopbackPostmark.StartAsync();
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick(postmark, ("Delivery:PollInterval", "00:00:00.010"), ("Postmark:Timeout", "00:00:30"), ("Delivery:Lease", "00:01:00")));
        var id = await api.AskedAsync();
        var outcomes = new List<(Guid Id, bool Undone)>();
        for (var n = 0; n < 40; n++)
        {
            var reply = await api.Client.ReplyAsync(id, $"Mail {n}");
            await Task.Delay(n % 4 * 2);
            using var undo = await api.Client.SendAsync(HttpMethod.Post, $"/api/v1/conversations/{id}/messages/{reply.Id()}/undo");
            Assert.Contains(undo.StatusCode, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.Conflict]);
            outcomes.Add((reply.Id(), undo.StatusCode == HttpStatusCode.OK));
        }

        await Desk.UntilAsync(async () => await api.ScalarAsync<long>("SELECT count(*) FROM message_work WHERE kind = 'deliver'") == 0, "all is sent");
        Assert.Equal(outcomes.Where(o => !o.Undone).Select(o => o.Id.ToString()).Order(), postmark.Sent.Select(mail => mail.Metadata("messageid")).Order());
        Assert.Equal(1 + postmark.Sent.Count, await api.ScalarAsync<int>("SELECT message_count FROM conversations"));
    }

    [Fact]
    public async Task A_reply_by_hand_retires_the_suggestion_and_taking_it_back_revives_it()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick(null, _undoable, _noDrafts));
        var id = await api.AskedAsync();
        await using (var suggest = api.Database.CreateCommand($"""
            INSERT INTO ai_suggestions (id, conversation_id, in_reply_to_message_id, suggested_content, model_used)
            SELECT gen_random_uuid(), conversation_id, id, 'Perhaps this', 'a model' FROM conversation_messages WHERE conversation_id = '{id}'
            """))
            await suggest.ExecuteNonQueryAsync();
        var reply = await api.Client.ReplyAsync(id);
        Assert.Equal("rejected: Answered by hand.", await api.ScalarAsync<string>("SELECT status || ': ' || user_feedback FROM ai_suggestions"));
        await UndoAsync(api, id, reply.Id());
        Assert.Equal("pending", await api.ScalarAsync<string>("SELECT status::text FROM ai_suggestions WHERE user_feedback IS NULL"));
    }

    [Fact]
    public async Task A_suggestion_that_was_answered_meanwhile_is_not_revived()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick(null, _undoable, _noDrafts));
        var id = await api.AskedAsync();
        await using (var suggest = api.Database.CreateCommand($"""
            INSERT INTO ai_suggestions (id, conversation_id, in_reply_to_message_id, suggested_content, model_used)
            SELECT gen_random_uuid(), conversation_id, id, 'Perhaps this', 'a model' FROM conversation_messages WHERE conversation_id = '{id}'
            """))
            await suggest.ExecuteNonQueryAsync();
        var first = await api.Client.ReplyAsync(id);
        await api.Client.ReplyAsync(id);
        Assert.Equal("waiting", (await UndoAsync(api, id, first.Id())).GetProperty("status").GetString());
        Assert.Equal("rejected", await api.ScalarAsync<string>("SELECT status::text FROM ai_suggestions"));
    }

    [Fact]
    public async Task Versions_of_a_conversation_that_merged_say_nothing_about_the_other()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick(null, _undoable));
        var older = (await api.Client.PostLinesAsync([MailJson.Of("a@x")]))[0].Conversation();
        await Task.Delay(5);
        var younger = (await api.Client.PostLinesAsync([MailJson.Of("b@x")]))[0].Conversation();
        await api.Client.PostAsync($"/api/v1/conversations/{younger}/archive");
        var reply = await api.Client.ReplyAsync(younger);
        Assert.Equal(older, (await api.Client.PostLinesAsync([MailJson.Of("c@x", "<b@x>", "<a@x>")]))[0].Conversation());
        await using (var coincide = api.Database.CreateCommand("UPDATE conversations SET version = (SELECT (options->>'version')::bigint FROM message_work WHERE kind = 'deliver')"))
            await coincide.ExecuteNonQueryAsync();
        Assert.Equal("needs_reply", (await UndoAsync(api, older, reply.Id())).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Deleting_a_conversation_keeps_its_queued_mail_from_being_sent()
    {
        await using var postmark = await LoopbackPostmark.StartAsync();
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick(postmark, _undoable));
        var id = await api.AskedAsync();
        await api.Client.ReplyAsync(id);
        using var current = await api.Client.GetAsync($"/api/v1/conversations/{id}");
        using var gone = await api.Client.SendAsync(HttpMethod.Delete, $"/api/v1/conversations/{id}", ifMatch: current.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        Assert.Equal(0, await api.ScalarAsync<long>("SELECT count(*) FROM message_work"));
        var other = await api.Client.ReplyAsync(await api.AskedAsync("other@x"));
        await using (var due = api.Database.CreateCommand("UPDATE message_work SET not_before = now() WHERE kind = 'deliver'"))
            Assert.Equal(1, await due.ExecuteNonQueryAsync());
        await api.UntilDeliveryAsync(other.Id(), "sent");
        Assert.Equal(other.Id().ToString(), Assert.Single(postmark.Sent).Metadata("messageid"));
    }

    private static Task<System.Text.Json.JsonElement> UndoAsync(ApiServer api, Guid conversation, Guid message) =>
        api.Client.PostAsync($"/api/v1/conversations/{conversation}/messages/{message}/undo");
}
