using PostgresForTests;
using ProvidersForTests;

namespace ConversationApi.Tests.Delivery;

/// <summary>Whatever Postmark does, each mail is sent once.</summary>
public sealed class FaultTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    public static TheoryData<Fault> Faults => [.. Enum.GetValues<Fault>()];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_of_the_provider_loses_nothing_and_sends_nothing_twice(Fault fault)
    {
        await using var postmark = await LoopbackPostmark.StartAsync();
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick(postmark));
        var id = await api.AskedAsync();
        // The mail itself fails, and later the question for another one's whereabouts.
        postmark.FailNext(fault);
        var first = await api.Client.ReplyAsync(id, "First");
        await api.UntilDeliveryAsync(first.Id(), "sent");
        postmark.FailNext(fault, fault, fault);
        var second = await api.Client.ReplyAsync(id, "Second");
        await api.UntilDeliveryAsync(second.Id(), "sent");
        Assert.Equal(["First", "Second"], postmark.Sent.Select(mail => mail.Request.GetProperty("TextBody").GetString()));
        Assert.Equal(postmark.Sent.Select(mail => mail.MessageId), [await PostmarkIdAsync(api, first.Id()), await PostmarkIdAsync(api, second.Id())]);
    }

    [Fact]
    public async Task Faults_at_random_on_two_replicas_send_each_mail_once()
    {
        await using var postmark = await LoopbackPostmark.StartAsync();
        await using var one = await ApiServer.StartAsync(postgres.Server, Desk.Quick(postmark, ("Postmark:Timeout", "00:00:00.300"), ("Delivery:MaxAttempts", "100")));
        await using var other = ApiServer.Start(one.ConnectionString, Desk.Quick(postmark, ("Postmark:Timeout", "00:00:00.300"), ("Delivery:MaxAttempts", "100")));
        var random = new Random(7);
        var all = Enum.GetValues<Fault>().Where(fault => fault != Fault.TooManyRequests).ToArray();
        postmark.FailNext([.. Enumerable.Range(0, 40).Select(_ => all[random.Next(all.Length)])]);
        for (var n = 0; n < 12; n++)
            await (n % 2 == 0 ? one : other).Client.ReplyAsync(await one.AskedAsync($"{n}@x"), $"Mail {n}");
        await Desk.UntilAsync(async () => await one.ScalarAsync<long>("SELECT count(*) FROM message_work WHERE kind = 'deliver'") == 0, "all is sent");
        Assert.Equal(Enumerable.Range(0, 12).Select(n => $"Mail {n}").Order(), postmark.Sent.Select(mail => mail.Request.GetProperty("TextBody").GetString()).Order());
        Assert.Equal(12, await one.ScalarAsync<long>("SELECT count(*) FROM conversation_events WHERE kind = 'sent'"));
    }

    [Fact]
    public async Task Mail_in_doubt_is_not_asked_for_before_the_search_can_know_of_it()
    {
        await using var postmark = await LoopbackPostmark.StartAsync();
        postmark.SearchLag = TimeSpan.FromSeconds(1);
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick(postmark, ("Delivery:AskAfter", "00:00:01.500"), ("Delivery:Lease", "00:00:06")));
        var id = await api.AskedAsync();
        postmark.FailNext(Fault.CutMidBody);
        await api.UntilDeliveryAsync((await api.Client.ReplyAsync(id)).Id(), "sent");
        Assert.Single(postmark.Sent);
        Assert.Equal(["POST", "GET"], postmark.Requests.Select(request => request.Method));
    }

    [Fact]
    public async Task A_bad_token_keeps_all_mail_until_it_is_put_right_and_shows_in_health()
    {
        await using var postmark = await LoopbackPostmark.StartAsync();
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick(postmark, ("Delivery:RefusedFor", "00:00:00.300"), ("Delivery:MaxAttempts", "1")));
        var id = await api.AskedAsync();
        var token = postmark.Token;
        postmark.Token = "another";
        var reply = await api.Client.ReplyAsync(id);
        await Desk.UntilAsync(() => Task.FromResult(postmark.Requests.Count >= 3), "it goes on trying");
        Assert.Equal("Degraded", (await api.Client.GetJsonAsync("/health")).GetProperty("checks").GetProperty("delivery").GetProperty("status").GetString());
        Assert.Contains(await api.DeliveryAsync(reply.Id()), (string[])["queued", "sending"]);
        postmark.Token = token;
        await api.UntilDeliveryAsync(reply.Id(), "sent");
        Assert.Single(postmark.Sent);
        await Desk.UntilAsync(async () => (await api.Client.GetJsonAsync("/health")).GetProperty("checks").GetProperty("delivery").GetProperty("status").GetString() == "Healthy", "it is healthy again");
    }

    [Fact]
    public async Task A_database_that_dies_while_mail_is_handed_over_makes_no_second_mail()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var postmark = await LoopbackPostmark.StartAsync();
        await using var api = await ApiServer.StartAsync(server, Desk.Quick(postmark, ("Postmark:Timeout", "00:00:30"), ("Delivery:Lease", "00:00:03")));
        var id = await api.AskedAsync();
        postmark.Hold();
        var reply = await api.Client.ReplyAsync(id);
        await Desk.UntilAsync(() => Task.FromResult(postmark.Sent.Count == 1), "postmark has it");
        await server.KillAsync();
        postmark.Release();
        await Task.Delay(200);
        await server.RestartAsync();
        await Desk.UntilAsync(async () =>
        {
            try
            {
                return await api.DeliveryAsync(reply.Id()) == "sent";
            }
            catch (Npgsql.NpgsqlException)
            {
                return false;
            }
        }, "it is known to be sent");
        Assert.Single(postmark.Sent);
    }

    [Fact]
    public async Task What_the_database_forgot_in_a_failover_its_sender_remembers()
    {
        await using var postmark = await LoopbackPostmark.StartAsync();
        postmark.SearchLag = TimeSpan.FromSeconds(1);
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick(postmark, ("Delivery:AskAfter", "00:00:01.500"), ("Delivery:Lease", "00:00:06")));
        var reply = await api.Client.ReplyAsync(await api.AskedAsync());
        await api.UntilDeliveryAsync(reply.Id(), "sent");
        // As a replica has it that was a moment behind.
        await using (var rewind = api.Database.CreateCommand($"""
            UPDATE conversation_messages SET delivery_status = 'queued', postmark_message_id = NULL WHERE id = '{reply.Id()}';
            INSERT INTO message_work (message_id, kind, conversation_id) SELECT id, 'deliver', conversation_id FROM conversation_messages WHERE id = '{reply.Id()}'
            """))
            await rewind.ExecuteNonQueryAsync();
        await api.UntilDeliveryAsync(reply.Id(), "sent");
        Assert.Equal(Assert.Single(postmark.Sent).MessageId, await PostmarkIdAsync(api, reply.Id()));
    }

    [Theory]
    [InlineData(Fault.CutMidBody, "sent")]
    [InlineData(Fault.ServerError, "failed")]
    public async Task The_last_attempt_too_is_asked_for_before_it_is_given_up(Fault fault, string expected)
    {
        await using var postmark = await LoopbackPostmark.StartAsync();
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick(postmark, ("Delivery:MaxAttempts", "1")));
        postmark.FailNext(fault);
        var reply = await api.Client.ReplyAsync(await api.AskedAsync());
        await api.UntilDeliveryAsync(reply.Id(), expected);
        Assert.Equal(["POST", "GET"], postmark.Requests.Select(request => request.Method));
        Assert.Equal(expected == "sent" ? 1 : 0, postmark.Sent.Count);
        // What the provider has not got is in no doubt.
        Assert.Equal(0, await api.ScalarAsync<long>("SELECT count(*) FROM message_work WHERE kind = 'deliver' AND in_doubt"));
    }

    [Fact]
    public async Task A_provider_that_never_says_whether_it_has_the_mail_is_asked_three_times_and_again_when_a_person_retries()
    {
        await using var postmark = await LoopbackPostmark.StartAsync();
        await using var api = await ApiServer.StartAsync(postgres.Server, Desk.Quick(postmark, ("Delivery:MaxAttempts", "1")));
        var id = await api.AskedAsync();
        postmark.FailNext(Fault.CutMidBody, Fault.ServerError, Fault.ServerError, Fault.ServerError);
        var reply = await api.Client.ReplyAsync(id);
        await api.UntilDeliveryAsync(reply.Id(), "failed");
        Assert.Equal(["POST", "GET", "GET", "GET"], postmark.Requests.Select(request => request.Method));
        Assert.True(Assert.Single((await api.Client.GetJsonAsync("/api/v1/deliveries")).GetProperty("items").EnumerateArray()).GetProperty("inDoubt").GetBoolean());
        await api.Client.PostAsync($"/api/v1/conversations/{id}/messages/{reply.Id()}/retry", expected: System.Net.HttpStatusCode.Accepted);
        await api.UntilDeliveryAsync(reply.Id(), "sent");
        Assert.Single(postmark.Sent);
    }

    private static Task<string> PostmarkIdAsync(ApiServer api, Guid message) => api.ScalarAsync<string>($"SELECT postmark_message_id FROM conversation_messages WHERE id = '{message}'");
}
