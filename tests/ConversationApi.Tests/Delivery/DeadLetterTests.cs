using System.Net;
using PostgresForTests;
using ProvidersForTests;

namespace ConversationApi.Tests.Delivery;

public sealed class DeadLetterTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Mail_that_is_refused_for_good_puts_its_conversation_back_and_can_be_retried()
    {
        await using var postmark = await LoopbackPostmark.StartAsync();
        postmark.Inactive.Add("lead@people.example");
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick(postmark));
        var id = await api.AskedAsync();
        var reply = await api.Client.ReplyAsync(id);
        await api.UntilDeliveryAsync(reply.Id(), "failed");
        Assert.Equal("needs_reply", await api.StatusAsync(id));
        Assert.Single(postmark.Requests);
        var letter = Assert.Single((await api.Client.GetJsonAsync("/api/v1/deliveries?state=failed")).GetProperty("items").EnumerateArray());
        Assert.Equal((reply.Id(), id, 1, false), (letter.GetProperty("messageId").GetGuid(), letter.Conversation(), letter.GetProperty("attempts").GetInt32(), letter.GetProperty("inDoubt").GetBoolean()));
        Assert.Contains("406", letter.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Contains("inactive", await api.ScalarAsync<string>("SELECT reason FROM conversation_events WHERE kind = 'failed' AND status = 'needs_reply'"), StringComparison.Ordinal);

        postmark.Inactive.Clear();
        var path = $"/api/v1/conversations/{id}/messages/{reply.Id()}/retry";
        var retried = await api.Client.PostAsync(path, expected: HttpStatusCode.Accepted, key: "again");
        Assert.Equal("queued", retried.GetProperty("deliveryStatus").GetString());
        Assert.Equal("waiting", await api.StatusAsync(id));
        await api.UntilDeliveryAsync(reply.Id(), "sent");
        Assert.Equal(retried.GetRawText(), (await api.Client.PostAsync(path, expected: HttpStatusCode.Accepted, key: "again")).GetRawText());
        await api.Client.PostAsync(path, expected: HttpStatusCode.Conflict);
        Assert.Single(postmark.Sent);
        Assert.Empty((await api.Client.GetJsonAsync("/api/v1/deliveries")).GetProperty("items").EnumerateArray());
    }

    [Theory]
    [InlineData("Sun, 01 Jan 2040 10:00:00 +0000")]
    [InlineData("Mon, 01 Jan 2024 11:00:00 +0000")]
    public async Task Mail_that_fails_too_often_is_put_aside_and_an_answer_of_the_lead_since_stays_to_be_answered_whatever_its_date(string date)
    {
        await using var postmark = await LoopbackPostmark.StartAsync();
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick(postmark, ("Delivery:MaxAttempts", "2")));
        var id = await api.AskedAsync();
        postmark.FailNext(Fault.TooManyRequests, Fault.TooManyRequests);
        var reply = await api.Client.ReplyAsync(id);
        var started = DateTime.UtcNow;
        await api.UntilDeliveryAsync(reply.Id(), "failed");
        // Retry-After: 1 was heard.
        Assert.True(DateTime.UtcNow - started > TimeSpan.FromSeconds(0.9));
        await api.Client.PostLinesAsync([MailJson.Of("b@x", "<a@x>", date: date)]);
        await api.Client.PostAsync($"/api/v1/conversations/{id}/messages/{reply.Id()}/retry", expected: HttpStatusCode.Accepted);
        Assert.Equal("needs_reply", await api.StatusAsync(id));
        await api.UntilDeliveryAsync(reply.Id(), "sent");
    }

    [Fact]
    public async Task Dead_letters_are_listed_a_page_at_a_time()
    {
        await using var postmark = await LoopbackPostmark.StartAsync();
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick(postmark));
        for (var n = 0; n < 5; n++)
        {
            postmark.Inactive.Add($"lead{n}@people.example");
            await api.Client.ReplyAsync((await api.Client.PostLinesAsync([MailJson.Of($"{n}@x", from: $"lead{n}@people.example")]))[0].Conversation());
        }

        await Desk.UntilAsync(async () => await api.ScalarAsync<long>("SELECT count(*) FROM message_work WHERE kind = 'deliver' AND failed_at IS NOT NULL") == 5, "all failed");
        var seen = new List<string>();
        for (string? cursor = null; ;)
        {
            var page = await api.Client.GetJsonAsync($"/api/v1/deliveries?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("messageId").GetString()!));
            if ((cursor = page.GetProperty("nextCursor").GetString()) is null)
                break;
        }

        Assert.Equal(5, seen.Distinct().Count());
        Assert.Equal(5, seen.Count);
        Assert.Equal("invalid-request", (await api.Client.GetJsonAsync("/api/v1/deliveries?state=sent", HttpStatusCode.BadRequest)).Type());
        Assert.Equal("invalid-request", (await api.Client.GetJsonAsync("/api/v1/deliveries?cursor=x", HttpStatusCode.BadRequest)).Type());
    }

    [Fact]
    public async Task Paused_delivery_keeps_everything_queued()
    {
        await using var postmark = await LoopbackPostmark.StartAsync();
        await using var paused = await ApiServer.StartAsync(postgres.Server, Desk.Quick(postmark, ("Delivery:Paused", "true")));
        var reply = await paused.Client.ReplyAsync(await paused.AskedAsync());
        await Task.Delay(500);
        Assert.Equal("queued", await paused.DeliveryAsync(reply.Id()));
        Assert.Empty(postmark.Requests);

        // Mail that waited so long may have been sent by a past that is gone: it is looked for first.
        await using (var old = paused.Database.CreateCommand("UPDATE message_work SET created_at = created_at - interval '1 hour' WHERE kind = 'deliver'"))
            await old.ExecuteNonQueryAsync();
        await using var going = ApiServer.Start(paused.ConnectionString, Desk.Quick(postmark));
        await going.UntilDeliveryAsync(reply.Id(), "sent");
        Assert.Equal(["GET", "POST"], postmark.Requests.Select(request => request.Method));
    }
}
