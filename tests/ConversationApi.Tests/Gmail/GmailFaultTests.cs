using System.Net;
using ConversationApi.Tests.Delivery;
using MailForTests;
using Npgsql;
using PostgresForTests;
using ProvidersForTests;

namespace ConversationApi.Tests.Gmail;

/// <summary>What fails on the way, and what becomes of it.</summary>
public sealed class GmailFaultTests(PostgresFixture postgres) : GmailTests(postgres)
{
    [Theory]
    [InlineData(Fault.TooManyRequests)]
    [InlineData(Fault.ServerError)]
    [InlineData(Fault.NoAnswer)]
    [InlineData(Fault.CutMidBody)]
    [InlineData(Fault.MalformedJson)]
    [InlineData(Fault.Refused)]
    public async Task No_fault_of_Gmail_loses_mail_or_brings_it_twice(Fault fault)
    {
        Gmail.MostOnPage = 4;
        for (var i = 0; i < 6; i++)
            Gmail.Add(LoopbackGmail.Message($"a{i}@x", $"a{i}", "text"));
        // Wherever it falls: on a token, a profile, a list, a message.
        Gmail.FailNext([fault]);
        await using var api = Start(await MigratedDatabase.CreateAsync(Postgres));
        await UntilAsync(api, Count, 6L);
        for (var round = 0; round < 3; round++)
        {
            Gmail.FailNext([fault, fault]);
            Gmail.Add(LoopbackGmail.Message($"b{round}@x", $"b{round}", "text"));
            await UntilAsync(api, Count, 7L + round);
        }

        Assert.Equal("a0,a1,a2,a3,a4,a5,b0,b1,b2", await api.ScalarAsync<string>(Subjects));
        Assert.Equal(0, await api.ScalarAsync<long>("SELECT count(*) FROM inbound_set_aside"));
    }

    [Fact]
    public async Task Gmail_is_left_in_peace_when_it_says_by_403_that_it_is_asked_too_often()
    {
        Gmail.Add(LoopbackGmail.Message("a@x", "a", "text"));
        Gmail.CallsToLimit = 4;
        await using var api = Start(await MigratedDatabase.CreateAsync(Postgres));
        await UntilAsync(api, Count, 1L);
    }

    [Fact]
    public async Task A_token_that_is_refused_is_renewed()
    {
        await using var api = Start(await MigratedDatabase.CreateAsync(Postgres));
        await UntilAsync(api, "SELECT count(*) FROM gmail_mailboxes WHERE last_synced_at IS NOT NULL", 1L);
        var given = Gmail.TokensGiven;
        Gmail.RevokeToken();
        Gmail.Add(LoopbackGmail.Message("a@x", "a", "text"));
        await UntilAsync(api, Count, 1L);
        Assert.True(Gmail.TokensGiven > given);
    }

    [Fact]
    public async Task A_replica_that_dies_in_the_middle_is_taken_over_and_two_do_not_read_at_once()
    {
        const string Holder = "SELECT claimed_by FROM gmail_mailboxes";
        const int Mails = 40;
        // In the third page or a later one: what came before it is stored.
        const int Hanging = 12;
        (string, string?)[] patient = [("Gmail:Concurrency", "1"), ("Gmail:AttemptTimeout", "00:00:15"), ("Gmail:Lease", "00:00:20")];
        Gmail.MostOnPage = 5;
        var database = await MigratedDatabase.CreateAsync(Postgres);
        await using var first = await ApiProcess.StartAsync(database, Settings(patient));
        await using (var looking = NpgsqlDataSource.Create(database))
        await using (var synced = looking.CreateCommand("SELECT EXISTS (SELECT 1 FROM gmail_mailboxes WHERE last_synced_at IS NOT NULL)"))
            await Desk.UntilAsync(async () => await synced.ExecuteScalarAsync() is true, "the first reads the mailbox");
        await using var second = Start(database, patient);
        var holder = await second.ScalarAsync<Guid>(Holder);
        var hanging = "";
        for (var i = 0; i < Mails; i++)
        {
            var mail = LoopbackGmail.Message($"a{i}@x", $"a{i:000}", "text");
            if (i == Hanging)
                hanging = Gmail.AddSlow(mail, Timeout.InfiniteTimeSpan);
            else
                Gmail.Add(mail);
        }

        await AskedAsync(hanging, 1);
        Assert.InRange(await second.ScalarAsync<long>(Count), 1, Hanging);
        Assert.Equal(holder, await second.ScalarAsync<Guid>(Holder));
        // Without a word: its mailbox stays claimed until the lease ends.
        await first.KillAsync();
        Assert.True(await second.ScalarAsync<bool>("SELECT claimed_until > now() FROM gmail_mailboxes"));
        Gmail.Mend(hanging);
        await UntilAsync(second, Count, (long)Mails);
        Assert.NotEqual(holder, await second.ScalarAsync<Guid>(Holder));
        Assert.Equal((long)Mails, await second.ScalarAsync<long>("SELECT count(DISTINCT gmail_message_id) FROM conversation_messages"));
        // At most the page in hand was fetched by both.
        Assert.InRange(Gmail.Requests.Count(r => r.Path.Contains("format=full", StringComparison.Ordinal)), Mails, Mails + Gmail.MostOnPage);
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests, false)]
    [InlineData(HttpStatusCode.RequestTimeout, false)]
    [InlineData(HttpStatusCode.Forbidden, true)]
    [InlineData(HttpStatusCode.BadGateway, true)]
    public async Task No_message_is_set_aside_for_what_is_not_its_fault(HttpStatusCode status, bool all)
    {
        var broken = Gmail.Add(LoopbackGmail.Message("a@x", "a", "text"));
        var other = Gmail.Add(LoopbackGmail.Message("b@x", "b", "text"));
        Gmail.Break(broken, status);
        if (all)
            Gmail.Break(other, status);
        await using var api = Start(await MigratedDatabase.CreateAsync(Postgres));
        await AskedAsync(broken, 24);
        Assert.Equal(0, await api.ScalarAsync<long>("SELECT count(*) FROM inbound_set_aside"));
        Gmail.Mend(broken);
        Gmail.Mend(other);
        await UntilAsync(api, Subjects, "a,b");
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.BadRequest)]
    public async Task A_message_that_alone_is_refused_again_and_again_is_set_aside(HttpStatusCode status)
    {
        var broken = Gmail.Add(LoopbackGmail.Message("a@x", "a", "text"));
        Gmail.Add(LoopbackGmail.Message("b@x", "b", "text"));
        Gmail.Break(broken, status);
        await using var api = Start(await MigratedDatabase.CreateAsync(Postgres));
        await UntilAsync(api, "SELECT count(*) FROM inbound_set_aside", 1L);
        Gmail.Add(LoopbackGmail.Message("c@x", "c", "text"));
        await UntilAsync(api, Subjects, "b,c");
    }

    [Fact]
    public async Task A_message_that_alone_never_comes_is_set_aside_and_holds_up_nothing()
    {
        var hanging = Gmail.Add(LoopbackGmail.Message("a@x", "a", "text"));
        Gmail.Add(LoopbackGmail.Message("b@x", "b", "text"));
        Gmail.Delay(hanging, Timeout.InfiniteTimeSpan);
        await using var api = Start(await MigratedDatabase.CreateAsync(Postgres), ("Gmail:AttemptTimeout", "00:00:02"), ("Gmail:Lease", "00:00:10"));
        await UntilAsync(api, "SELECT count(*) FROM inbound_set_aside", 1L);
        Gmail.Add(LoopbackGmail.Message("c@x", "c", "text"));
        await UntilAsync(api, Subjects, "b,c");
    }

    [Fact]
    public async Task A_message_may_take_as_long_as_an_attempt_may_whatever_other_calls_may()
    {
        var slow = Gmail.Add(LoopbackGmail.Message("a@x", "a", "text"));
        Gmail.Delay(slow, TimeSpan.FromSeconds(2));
        await using var api = Start(await MigratedDatabase.CreateAsync(Postgres), ("HttpClient:Timeout", "00:00:01"), ("Gmail:AttemptTimeout", "00:00:20"), ("Gmail:Lease", "00:01:00"));
        await UntilAsync(api, Subjects, "a");
        Assert.Single(Gmail.Requests, request => request.Path.Contains(slow, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Killing_the_database_while_a_mailbox_is_read_loses_nothing()
    {
        Gmail.MostOnPage = 5;
        for (var i = 0; i < 80; i++)
            Gmail.Add(LoopbackGmail.Message($"a{i}@x", $"a{i}", "text"));
        await using var server = await PostgresServer.StartAsync(new() { Settings = new Dictionary<string, string> { ["fsync"] = "on", ["full_page_writes"] = "on" } });
        await using var api = Start(await MigratedDatabase.CreateAsync(server), ("Gmail:Concurrency", "2"));
        for (var kills = 1; kills <= 2; kills++)
        {
            await UntilAsync(api, $"SELECT count(*) >= {kills * 15} FROM conversation_messages", true);
            await server.KillAsync();
            await server.RestartAsync();
        }

        await UntilAsync(api, "SELECT count(*) FROM conversation_messages m JOIN gmail_mailboxes g ON g.history_id IS NOT NULL", 80L);
        Assert.Equal(80L, await api.ScalarAsync<long>("SELECT count(DISTINCT gmail_message_id) FROM conversation_messages"));
    }

    [Fact]
    public async Task A_poisonous_message_is_set_aside_and_the_others_come()
    {
        var shapeless = LoopbackGmail.Message("shapeless@x", "shapeless", "text");
        shapeless["payload"]!["body"]!["data"] = "not base64url!";
        Gmail.Add(shapeless);
        var broken = Gmail.Add(LoopbackGmail.Message("broken@x", "broken", "text", from: "poison@people.example"));
        Gmail.Break(broken);
        Gmail.Add(LoopbackGmail.Message("good@x", "good", "text"));
        await using var api = Start(await MigratedDatabase.CreateAsync(Postgres));
        await UntilAsync(api, "SELECT count(*) FROM inbound_set_aside", 2L);
        Gmail.Add(LoopbackGmail.Message("later@x", "later", "text"));
        await UntilAsync(api, Subjects, "good,later");

        var path = "/api/v1/inbound/set-aside";
        var items = (await api.Client.GetJsonAsync(path)).GetProperty("items").EnumerateArray().ToList();
        var aside = items.Single(i => i.GetProperty("externalId").GetString() == broken).GetProperty("id").GetGuid();
        Assert.All(items, i => Assert.Equal("gmail", i.GetProperty("source").GetString()));
        using (var still = await api.Client.PostAsync($"{path}/{aside}/retry", null))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, still.StatusCode);
        Gmail.Mend(broken);
        using (var retried = await api.Client.PostAsync($"{path}/{aside}/retry", null))
            Assert.Equal(HttpStatusCode.OK, retried.StatusCode);
        Assert.Equal("broken,good,later", await api.ScalarAsync<string>(Subjects));
    }
}
