using System.Net;
using System.Text.Json;
using ConversationApi.Ingestion.Threading;
using PostgresForTests;
using ProvidersForTests;

namespace ConversationApi.Tests.Delivery;

public sealed class ReplyTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_reply_goes_to_the_lead_by_postmark_and_is_told_of()
    {
        await using var postmark = await LoopbackPostmark.StartAsync();
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick(postmark));
        var id = await api.AskedAsync();
        var reply = await api.Client.ReplyAsync(id, "Yes.", "<p>Yes.</p>");
        Assert.Equal(("queued", "outbound", "lead@people.example"), (reply.GetProperty("deliveryStatus").GetString(), reply.GetProperty("direction").GetString(), reply.GetProperty("recipientEmail").GetString()));
        await api.UntilDeliveryAsync(reply.Id(), "sent");

        var mail = Assert.Single(postmark.Sent);
        Assert.Equal("\"Somebody\" <lead@people.example>", mail.To);
        Assert.Equal("Re: A question", mail.Subject);
        Assert.Equal("\"The Desk\" <desk@platform.example>", mail.Request.GetProperty("From").GetString());
        Assert.Equal(("Yes.", "<p>Yes.</p>"), (mail.Request.GetProperty("TextBody").GetString(), mail.Request.GetProperty("HtmlBody").GetString()));
        Assert.Equal($"<{reply.GetProperty("messageId").GetString()}>", mail.SeenMessageId);
        Assert.Equal(reply.Id().ToString(), mail.Metadata("messageid"));
        var shown = (await api.Client.GetJsonAsync($"/api/v1/conversations/{id}/messages")).GetProperty("items")[1];
        Assert.Equal(mail.MessageId, shown.GetProperty("postmarkMessageId").GetString());
        var conversation = await api.Client.GetJsonAsync($"/api/v1/conversations/{id}");
        Assert.Equal(("waiting", 2), (conversation.GetProperty("status").GetString(), conversation.GetProperty("messageCount").GetInt32()));
        Assert.Equal(shown.GetProperty("sentAt").GetString(), conversation.GetProperty("lastOutboundAt").GetString());
        Assert.Equal("new_reply,status,sent", await api.ScalarAsync<string>("SELECT string_agg(kind::text, ',' ORDER BY transaction_id, position) FROM conversation_events"));
        Assert.Equal(0, await api.ScalarAsync<long>("SELECT count(*) FROM message_work WHERE kind = 'deliver'"));
    }

    [Fact]
    public async Task Html_is_sent_as_it_was_written_and_shown_cleaned_in_every_answer()
    {
        const string Raw = "<p>Yes.</p><script>alert(1)</script>";
        await using var postmark = await LoopbackPostmark.StartAsync();
        postmark.Inactive.Add("other@people.example");
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick(postmark));
        var started = await api.Client.PostAsync("/api/v1/conversations", new { lead = new { email = "lead@people.example" }, subject = "x", content = "Yes.", htmlContent = Raw }, HttpStatusCode.Created, "first");
        Assert.Equal("<p>Yes.</p>", started.GetProperty("message").GetProperty("htmlContent").GetString());
        var again = await api.Client.PostAsync("/api/v1/conversations", new { lead = new { email = "lead@people.example" }, subject = "x", content = "Yes.", htmlContent = Raw }, HttpStatusCode.Created, "first");
        Assert.Equal(started.GetRawText(), again.GetRawText());
        Assert.Equal("<p>Yes.</p>", (await api.Client.ReplyAsync(started.Id(), html: Raw)).GetProperty("htmlContent").GetString());
        await api.UntilDeliveryAsync(started.GetProperty("message").Id(), "sent");
        Assert.Equal(Raw, postmark.Sent.First().Request.GetProperty("HtmlBody").GetString());

        var refused = await api.Client.PostAsync("/api/v1/conversations", new { lead = new { email = "other@people.example" }, subject = "x", content = "Yes.", htmlContent = Raw }, HttpStatusCode.Created);
        var failed = refused.GetProperty("message").Id();
        await api.UntilDeliveryAsync(failed, "failed");
        var retried = await api.Client.PostAsync($"/api/v1/conversations/{refused.Id()}/messages/{failed}/retry", expected: HttpStatusCode.Accepted);
        Assert.Equal("<p>Yes.</p>", retried.GetProperty("htmlContent").GetString());
    }

    [Fact]
    public async Task The_whole_chain_of_references_goes_out_whatever_the_mailers_of_others_left_of_it()
    {
        await using var postmark = await LoopbackPostmark.StartAsync();
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick(postmark));
        var id = await api.AskedAsync("root@x", "AW: A question");
        var first = await api.Client.ReplyAsync(id);
        await api.UntilDeliveryAsync(first.Id(), "sent");
        var ours = first.GetProperty("messageId").GetString();
        // One that names only what it answers, and one that names a part.
        var answers = await api.Client.PostLinesAsync([MailJson.Of("b@x", $"<{ours}>", date: "Tue, 02 Jan 2024 10:00:00 +0000"), MailJson.Of("c@x", "<b@x>", "<seen-elsewhere@x> <b@x>", date: "Sat, 01 Aug 2026 10:00:00 +0000")]);
        Assert.All(answers, item => Assert.Equal(id, item.Conversation()));
        var second = await api.Client.ReplyAsync(id);
        await api.UntilDeliveryAsync(second.Id(), "sent");
        var mail = postmark.Sent.Last();
        Assert.Equal("AW: A question", mail.Subject);
        Assert.Equal("<c@x>", mail.Header("In-Reply-To"));
        var chain = mail.Header("References")!.Split(' ');
        Assert.Equal(["<root@x>", "<seen-elsewhere@x>", "<b@x>", "<c@x>"], chain);
    }

    [Fact]
    public async Task The_leads_answer_to_our_id_and_to_our_address_joins_the_conversation()
    {
        await using var postmark = await LoopbackPostmark.StartAsync();
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick(postmark));
        var id = await api.AskedAsync();
        await api.UntilDeliveryAsync((await api.Client.ReplyAsync(id)).Id(), "sent");
        var mail = Assert.Single(postmark.Sent);
        var byId = (await api.Client.PostLinesAsync([MailJson.Of("b@x", mail.SeenMessageId)]))[0];
        Assert.Equal(id, byId.Conversation());
        Assert.Equal("needs_reply", await api.StatusAsync(id));

        var replyTo = mail.Request.GetProperty("ReplyTo").GetString()!;
        Assert.StartsWith("answers+", replyTo, StringComparison.Ordinal);
        Assert.Equal(id, new ReplyToken(ApiServer.TokenKey).Read(replyTo.Split('+', '@')[1]));
        Assert.Equal(id, (await api.Client.PostLinesAsync([MailJson.Of("c@x", token: replyTo.Split('+', '@')[1])]))[0].Conversation());
        // What comes back as a copy of our own is ours.
        Assert.Equal(id, (await api.Client.PostLinesAsync([MailJson.Of("d@x", mail.SeenMessageId, from: Desk.Address)]))[0].Conversation());
        Assert.Equal("waiting", await api.StatusAsync(id));
    }

    [Fact]
    public async Task Two_clicks_on_two_replicas_send_one_mail()
    {
        await using var postmark = await LoopbackPostmark.StartAsync();
        await using var one = await ApiServer.StartAsync(postgres.Server, Desk.Quick(postmark));
        await using var other = ApiServer.Start(one.ConnectionString, Desk.Quick(postmark));
        var id = await one.AskedAsync();
        for (var round = 0; round < 10; round++)
        {
            var key = Guid.NewGuid().ToString();
            var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(click => (click % 2 == 0 ? one : other).Client.ReplyAsync(id, $"Round {round}", key: key)));
            Assert.Single(answers.Select(a => a.GetRawText()).Distinct());
        }

        await Desk.UntilAsync(async () => await one.ScalarAsync<long>("SELECT count(*) FROM message_work WHERE kind = 'deliver'") == 0, "all is sent");
        Assert.Equal(10, postmark.Sent.Count);
        Assert.Equal(Enumerable.Range(0, 10).Select(n => $"Round {n}"), postmark.Sent.Select(mail => mail.Request.GetProperty("TextBody").GetString()).Order());
        Assert.Equal(11, await one.ScalarAsync<int>("SELECT message_count FROM conversations"));
    }

    [Fact]
    public async Task We_can_write_first()
    {
        await using var postmark = await LoopbackPostmark.StartAsync();
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick(postmark));
        using var response = await api.Client.SendAsync(HttpMethod.Post, "/api/v1/conversations",
            new { lead = new { email = " New.Lead@People.example", name = "Zoë \"Z\" Lead", id = 7 }, subject = "An offer", content = "Good day" }, key: "k1");
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var started = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal($"/api/v1/conversations/{started.Id()}", response.Headers.Location!.OriginalString);
        Assert.Equal(("waiting", 1, 7, "new.lead@people.example"), (started.GetProperty("status").GetString(), started.GetProperty("messageCount").GetInt32(), started.GetProperty("leadId").GetInt32(), started.GetProperty("leadEmail").GetString()));
        using var read = await api.Client.GetAsync(response.Headers.Location);
        Assert.Equal(read.Headers.ETag, response.Headers.ETag);
        await api.UntilDeliveryAsync(started.GetProperty("message").Id(), "sent");
        var mail = Assert.Single(postmark.Sent);
        Assert.Equal(("An offer", "\"Zoë \\\"Z\\\" Lead\" <new.lead@people.example>", (string?)null), (mail.Subject, mail.To, mail.Header("References")));

        var answer = (await api.Client.PostLinesAsync([MailJson.Of("b@x", mail.SeenMessageId, from: "new.lead@people.example")]))[0];
        Assert.Equal(started.Id(), answer.Conversation());
        var follow = await api.Client.ReplyAsync(started.Id());
        await api.UntilDeliveryAsync(follow.Id(), "sent");
        Assert.Equal($"{mail.SeenMessageId} <b@x>", postmark.Sent.Last().Header("References"));
    }

    [Theory]
    [InlineData("""{"content":" "}""", HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("""{"content":"a\u0000b"}""", HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("""{"content":"\ud800"}""", HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("""{"content":7}""", HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("""{}""", HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("""null""", HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("""{"content":"x""", HttpStatusCode.BadRequest, "invalid-request")]
    public async Task A_reply_that_says_nothing_is_a_problem(string body, HttpStatusCode status, string type)
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        var id = await api.AskedAsync();
        using var response = await api.Client.SendAsync(HttpMethod.Post, $"/api/v1/conversations/{id}/reply", new StringContent(body, null, "application/json"));
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(type, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.Type());
        Assert.Equal(0, await api.ScalarAsync<long>("SELECT count(*) FROM message_work WHERE kind = 'deliver'"));
    }

    [Fact]
    public async Task Without_an_address_nobody_is_written_to_until_there_is_one()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick());
        var id = (await api.Client.PostLinesAsync([MailJson.Of("a@x", from: "no address at all")]))[0].Conversation();
        var path = $"/api/v1/conversations/{id}";
        Assert.Equal("no-recipient", (await api.Client.PostAsync($"{path}/reply", new { content = "Hello?" }, HttpStatusCode.UnprocessableEntity)).Type());
        using var patched = await api.Client.SendAsync(HttpMethod.Patch, path, new { leadEmail = "found@people.example" }, ifMatch: "*");
        Assert.Equal(HttpStatusCode.OK, patched.StatusCode);
        Assert.Equal("found@people.example", (await api.Client.ReplyAsync(id)).GetProperty("recipientEmail").GetString());
        using var late = await api.Client.SendAsync(HttpMethod.Patch, path, new { leadEmail = "other@people.example" }, ifMatch: "*");
        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
    }
}
