using System.Diagnostics;
using System.Net;
using ConversationApi.Tests.Logging;
using MailForTests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
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
    public async Task A_dead_letter_in_doubt_keeps_waiting_when_it_is_retried_and_can_neither_be_taken_back_nor_deleted()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick(null, ("Delivery:Paused", "true"), ("Delivery:AskAfter", "00:30:00"), ("Delivery:Lease", "00:40:00")));
        var id = await api.AskedAsync();
        var reply = await api.Client.ReplyAsync(id);
        await using (var fail = api.Database.CreateCommand($"""
            UPDATE message_work SET failed_at = now(), attempts = 20, in_doubt = true WHERE message_id = '{reply.Id()}' AND kind = 'deliver';
            UPDATE conversation_messages SET delivery_status = 'failed' WHERE id = '{reply.Id()}'
            """))
            await fail.ExecuteNonQueryAsync();
        var path = $"/api/v1/conversations/{id}/messages/{reply.Id()}";
        Assert.Equal("sending", (await api.Client.PostAsync($"{path}/retry", expected: HttpStatusCode.Accepted)).GetProperty("deliveryStatus").GetString());
        Assert.Equal("sending", await api.DeliveryAsync(reply.Id()));
        Assert.Equal(1, await api.ScalarAsync<long>("SELECT count(*) FROM message_work WHERE kind = 'deliver' AND in_doubt AND failed_at IS NULL AND not_before > now() + interval '20 minutes'"));
        Assert.Equal("conflict", (await api.Client.PostAsync($"{path}/undo", expected: HttpStatusCode.Conflict)).Type());
        using var delete = await api.Client.SendAsync(HttpMethod.Delete, $"/api/v1/conversations/{id}", ifMatch: "*");
        Assert.Equal(HttpStatusCode.Conflict, delete.StatusCode);
    }

    [Fact]
    public async Task Logs_traces_and_health_name_nobody_whom_the_provider_names()
    {
        await using var postmark = await LoopbackPostmark.StartAsync();
        postmark.Inactive.Add("lead@people.example");
        using var logged = new CollectedLog();
        var traced = new System.Collections.Concurrent.ConcurrentBag<string?>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "ConversationPlatform.Delivery",
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity => traced.Add(activity.StatusDescription),
        };
        ActivitySource.AddActivityListener(listener);
        await using var api = ApiServer.Start(await MigratedDatabase.CreateAsync(postgres.Server), services => services.AddSingleton<ILoggerProvider>(logged), Desk.Quick(postmark));
        var reply = await api.Client.ReplyAsync(await api.AskedAsync());
        await api.UntilDeliveryAsync(reply.Id(), "failed");
        Assert.Contains("lead@people.example", await api.ScalarAsync<string>("SELECT last_error FROM message_work WHERE kind = 'deliver'"), StringComparison.Ordinal);
        Assert.Contains(logged.Lines, line => line.Contains("Postmark answered 422, error 406", StringComparison.Ordinal));
        Assert.DoesNotContain(logged.Lines, line => line.Contains("lead@people.example", StringComparison.Ordinal));
        await Desk.UntilAsync(() => Task.FromResult(traced.Contains("Postmark answered 422, error 406")), "it is traced");
        Assert.DoesNotContain(traced, description => description?.Contains('@', StringComparison.Ordinal) == true);
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
