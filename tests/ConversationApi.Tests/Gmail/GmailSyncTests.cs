using System.Diagnostics;
using System.Net;
using MailForTests;
using Npgsql;
using PostgresForTests;
using ProvidersForTests;

namespace ConversationApi.Tests.Gmail;

public sealed class GmailSyncTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime, IDisposable
{
    private const string Count = "SELECT count(*) FROM conversation_messages";
    private const string Subjects = "SELECT coalesce(string_agg(subject, ',' ORDER BY subject), '') FROM conversation_messages";
    private readonly string _credentials = Path.GetTempFileName();
    private LoopbackGmail _gmail = null!;

    public async Task InitializeAsync()
    {
        _gmail = await LoopbackGmail.StartAsync();
        await File.WriteAllTextAsync(_credentials, LoopbackGmail.AuthorisedUser);
    }

    public async Task DisposeAsync() => await _gmail.DisposeAsync();

    public void Dispose() => File.Delete(_credentials);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_mailbox_is_read_whole_and_then_what_changes_with_either_kind_of_credentials(bool serviceAccount)
    {
        if (serviceAccount)
            await File.WriteAllTextAsync(_credentials, LoopbackGmail.ServiceAccount());
        _gmail.MostOnPage = 3;
        for (var i = 0; i < 8; i++)
            _gmail.Add(LoopbackGmail.Message($"first{i}@x", $"first {i}", "text"));
        await using var api = Start(await MigratedDatabase.CreateAsync(postgres.Server), ("Gmail:Mailbox", "desk@platform.example"));
        await UntilAsync(api, Count, 8L);

        for (var i = 0; i < 7; i++)
            _gmail.Add(LoopbackGmail.Message($"then{i}@x", $"then {i}", "text"));
        var gone = _gmail.Add(LoopbackGmail.Message("gone@x", "gone", "text"));
        _gmail.Delete(gone);
        await UntilAsync(api, Count, 15L);
        await UntilAsync(api, "SELECT history_id::text FROM gmail_mailboxes WHERE last_error IS NULL AND last_synced_at IS NOT NULL", "1112");
        // What is read is not asked for again.
        Assert.Equal(16, _gmail.Requests.Count(r => r.Path.Contains("format=full", StringComparison.Ordinal)));
        Assert.All(_gmail.Requests.Where(r => !r.Path.StartsWith("/token", StringComparison.Ordinal)), r => Assert.StartsWith("/gmail/v1/users/desk@platform.example/", r.Path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task History_that_expired_is_made_up_for_by_listing_and_nothing_comes_twice()
    {
        _gmail.MostOnPage = 2;
        for (var i = 0; i < 3; i++)
            _gmail.Add(LoopbackGmail.Message($"a{i}@x", $"a{i}", "text"));
        var database = await MigratedDatabase.CreateAsync(postgres.Server);
        await using (var api = Start(database))
            await UntilAsync(api, "SELECT count(*) FROM gmail_mailboxes WHERE last_synced_at IS NOT NULL", 1L);
        for (var i = 0; i < 5; i++)
            _gmail.Add(LoopbackGmail.Message($"b{i}@x", $"b{i}", "text"));
        _gmail.ExpireHistory();
        await using (var api = Start(database))
        {
            await UntilAsync(api, Subjects, "a0,a1,a2,b0,b1,b2,b3,b4");
            _gmail.Add(LoopbackGmail.Message("c@x", "c", "text"));
            await UntilAsync(api, Subjects, "a0,a1,a2,b0,b1,b2,b3,b4,c");
        }

        Assert.Contains(_gmail.Requests, r => r.Path.Contains("q=after%3A", StringComparison.Ordinal));
        Assert.Equal(9, _gmail.Requests.Count(r => r.Path.Contains("format=full", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(Fault.TooManyRequests)]
    [InlineData(Fault.ServerError)]
    [InlineData(Fault.NoAnswer)]
    [InlineData(Fault.CutMidBody)]
    [InlineData(Fault.MalformedJson)]
    [InlineData(Fault.Refused)]
    public async Task No_fault_of_Gmail_loses_mail_or_brings_it_twice(Fault fault)
    {
        _gmail.MostOnPage = 4;
        for (var i = 0; i < 6; i++)
            _gmail.Add(LoopbackGmail.Message($"a{i}@x", $"a{i}", "text"));
        // Wherever it falls: on a token, a profile, a list, a message.
        _gmail.FailNext([fault]);
        await using var api = Start(await MigratedDatabase.CreateAsync(postgres.Server));
        await UntilAsync(api, Count, 6L);
        for (var round = 0; round < 3; round++)
        {
            _gmail.FailNext([fault, fault]);
            _gmail.Add(LoopbackGmail.Message($"b{round}@x", $"b{round}", "text"));
            await UntilAsync(api, Count, 7L + round);
        }

        Assert.Equal("a0,a1,a2,a3,a4,a5,b0,b1,b2", await api.ScalarAsync<string>(Subjects));
        Assert.Equal(0, await api.ScalarAsync<long>("SELECT count(*) FROM inbound_set_aside"));
    }

    [Fact]
    public async Task Gmail_is_left_in_peace_when_it_says_by_403_that_it_is_asked_too_often()
    {
        _gmail.Add(LoopbackGmail.Message("a@x", "a", "text"));
        _gmail.CallsToLimit = 4;
        await using var api = Start(await MigratedDatabase.CreateAsync(postgres.Server));
        await UntilAsync(api, Count, 1L);
    }

    [Fact]
    public async Task A_token_that_is_refused_is_renewed()
    {
        await using var api = Start(await MigratedDatabase.CreateAsync(postgres.Server));
        await UntilAsync(api, "SELECT count(*) FROM gmail_mailboxes WHERE last_synced_at IS NOT NULL", 1L);
        var given = _gmail.TokensGiven;
        _gmail.RevokeToken();
        _gmail.Add(LoopbackGmail.Message("a@x", "a", "text"));
        await UntilAsync(api, Count, 1L);
        Assert.True(_gmail.TokensGiven > given);
    }

    [Fact]
    public async Task A_replica_that_dies_in_the_middle_is_taken_over_and_two_do_not_read_at_once()
    {
        const string Holder = "SELECT claimed_by FROM gmail_mailboxes";
        _gmail.MostOnPage = 5;
        var database = await MigratedDatabase.CreateAsync(postgres.Server);
        await using var first = await ApiProcess.StartAsync(database, Settings(("Gmail:Concurrency", "1")));
        await using var second = Start(database, ("Gmail:Concurrency", "1"));
        await UntilAsync(second, "SELECT count(*) FROM gmail_mailboxes WHERE last_synced_at IS NOT NULL", 1L);
        var holder = await second.ScalarAsync<Guid>(Holder);
        for (var i = 0; i < 300; i++)
            _gmail.Add(LoopbackGmail.Message($"a{i}@x", $"a{i:000}", "text"));
        await UntilAsync(second, "SELECT count(*) >= 10 FROM conversation_messages", true);
        Assert.Equal(holder, await second.ScalarAsync<Guid>(Holder));
        // Without a word: its mailbox stays claimed until the lease ends.
        await first.KillAsync();
        Assert.InRange(await second.ScalarAsync<long>(Count), 10, 299);
        Assert.True(await second.ScalarAsync<bool>("SELECT claimed_until > now() FROM gmail_mailboxes"));
        await UntilAsync(second, Count, 300L);
        Assert.NotEqual(holder, await second.ScalarAsync<Guid>(Holder));
        Assert.Equal(300L, await second.ScalarAsync<long>("SELECT count(DISTINCT gmail_message_id) FROM conversation_messages"));
        // At most the page in hand was fetched by both.
        Assert.InRange(_gmail.Requests.Count(r => r.Path.Contains("format=full", StringComparison.Ordinal)), 300, 305);
    }

    [Fact]
    public async Task A_thread_that_is_listed_newest_first_stands_as_if_it_had_come_mail_by_mail()
    {
        _gmail.MostOnPage = 3;
        _gmail.Add(LoopbackGmail.Message("offer@ours", "Offer", "text", from: "desk@platform.example"), "SENT");
        _gmail.Add(LoopbackGmail.Message("question@x", "Question", "text"));
        _gmail.Add(LoopbackGmail.Message("yes@x", "Re: Offer", "text", from: "assistant@people.example", ("In-Reply-To", "<offer@ours>")));
        _gmail.Add(LoopbackGmail.Message("more@x", "Re: Question", "text", from: "friend@people.example", ("In-Reply-To", "<question@x>")));
        _gmail.Add(LoopbackGmail.Message("answer@ours", "Re: Question", "text", from: "desk@platform.example", ("In-Reply-To", "<question@x>")), "SENT");
        await using var api = Start(await MigratedDatabase.CreateAsync(postgres.Server), ("Gmail:PageSize", "2"));
        await UntilAsync(api, Count, 5L);
        Assert.Equal("Offer|assistant@people.example|needs_reply|2,Question|lead@people.example|waiting|3", await api.ScalarAsync<string>(
            "SELECT string_agg(concat_ws('|', subject, lead_email, status, message_count), ',' ORDER BY subject) FROM conversations"));
    }

    [Fact]
    public async Task What_is_not_among_the_sent_mail_was_not_sent_by_us_whatever_its_From_says()
    {
        await using var api = Start(await MigratedDatabase.CreateAsync(postgres.Server), ("Ingestion:OwnAddresses:0", "desk@platform.example"));
        _gmail.Add(LoopbackGmail.Message("forged@x", "forged", "text", from: "desk@platform.example"));
        await UntilAsync(api, Count, 1L);
        Assert.Equal("inbound", await api.ScalarAsync<string>("SELECT direction::text FROM conversation_messages"));
    }

    [Fact]
    public async Task Mail_that_gets_its_label_after_it_came_is_read_then()
    {
        await using var api = Start(await MigratedDatabase.CreateAsync(postgres.Server), ("Gmail:Labels:0", "Label_7"));
        await UntilAsync(api, "SELECT count(*) FROM gmail_mailboxes WHERE last_synced_at IS NOT NULL", 1L);
        var late = _gmail.Add(LoopbackGmail.Message("late@x", "late", "text"));
        _gmail.Add(LoopbackGmail.Message("early@x", "early", "text"), "INBOX", "Label_7");
        await UntilAsync(api, Subjects, "early");
        _gmail.AddLabel(late, "Label_7");
        await UntilAsync(api, Subjects, "early,late");
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests, false)]
    [InlineData(HttpStatusCode.RequestTimeout, false)]
    [InlineData(HttpStatusCode.Forbidden, true)]
    [InlineData(HttpStatusCode.BadGateway, true)]
    public async Task No_message_is_set_aside_for_what_is_not_its_fault(HttpStatusCode status, bool all)
    {
        var broken = _gmail.Add(LoopbackGmail.Message("a@x", "a", "text"));
        var other = _gmail.Add(LoopbackGmail.Message("b@x", "b", "text"));
        _gmail.Break(broken, status);
        if (all)
            _gmail.Break(other, status);
        await using var api = Start(await MigratedDatabase.CreateAsync(postgres.Server));
        await AskedAsync(broken, 24);
        Assert.Equal(0, await api.ScalarAsync<long>("SELECT count(*) FROM inbound_set_aside"));
        _gmail.Mend(broken);
        _gmail.Mend(other);
        await UntilAsync(api, Subjects, "a,b");
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.BadRequest)]
    public async Task A_message_that_alone_is_refused_again_and_again_is_set_aside(HttpStatusCode status)
    {
        var broken = _gmail.Add(LoopbackGmail.Message("a@x", "a", "text"));
        _gmail.Add(LoopbackGmail.Message("b@x", "b", "text"));
        _gmail.Break(broken, status);
        await using var api = Start(await MigratedDatabase.CreateAsync(postgres.Server));
        await UntilAsync(api, "SELECT count(*) FROM inbound_set_aside", 1L);
        _gmail.Add(LoopbackGmail.Message("c@x", "c", "text"));
        await UntilAsync(api, Subjects, "b,c");
    }

    [Fact]
    public async Task Killing_the_database_while_a_mailbox_is_read_loses_nothing()
    {
        _gmail.MostOnPage = 5;
        for (var i = 0; i < 80; i++)
            _gmail.Add(LoopbackGmail.Message($"a{i}@x", $"a{i}", "text"));
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
        _gmail.Add(shapeless);
        var broken = _gmail.Add(LoopbackGmail.Message("broken@x", "broken", "text", from: "poison@people.example"));
        _gmail.Break(broken);
        _gmail.Add(LoopbackGmail.Message("good@x", "good", "text"));
        await using var api = Start(await MigratedDatabase.CreateAsync(postgres.Server));
        await UntilAsync(api, "SELECT count(*) FROM inbound_set_aside", 2L);
        _gmail.Add(LoopbackGmail.Message("later@x", "later", "text"));
        await UntilAsync(api, Subjects, "good,later");

        var path = "/api/v1/inbound/set-aside";
        var items = (await api.Client.GetJsonAsync(path)).GetProperty("items").EnumerateArray().ToList();
        var aside = items.Single(i => i.GetProperty("externalId").GetString() == broken).GetProperty("id").GetGuid();
        Assert.All(items, i => Assert.Equal("gmail", i.GetProperty("source").GetString()));
        using (var still = await api.Client.PostAsync($"{path}/{aside}/retry", null))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, still.StatusCode);
        _gmail.Mend(broken);
        using (var retried = await api.Client.PostAsync($"{path}/{aside}/retry", null))
            Assert.Equal(HttpStatusCode.OK, retried.StatusCode);
        Assert.Equal("broken,good,later", await api.ScalarAsync<string>(Subjects));
    }

    [Fact]
    public async Task What_we_sent_is_known_again_by_its_id_and_drafts_and_spam_are_left_out_until_they_are_mail()
    {
        var database = await MigratedDatabase.CreateAsync(postgres.Server);
        await using var api = Start(database, ("Ingestion:OwnAddresses:0", "desk@platform.example"));
        var ours = await api.Client.PostLinesAsync([MailJson.Of("question@x", subject: "q"), MailJson.Of("answer@ours", "<question@x>", from: "desk@platform.example", subject: "re q", text: "as composed")]);
        _gmail.Add(LoopbackGmail.Message("answer@ours", "re q", "as sent\n-- \nby somebody else on the way", from: "Desk <desk@platform.example>", ("In-Reply-To", "<question@x>")), "SENT");
        _gmail.Add(LoopbackGmail.Message("draft@x", "draft", "text"), "DRAFT");
        var spam = _gmail.Add(LoopbackGmail.Message("spam@x", "not spam", "text"), "SPAM");
        _gmail.Add(LoopbackGmail.Message("alias@ours", "from an alias", "text", from: "alias@elsewhere.example"), "SENT");
        await UntilAsync(api, "SELECT count(*) FROM conversation_messages", 3L);
        Assert.Equal("outbound", await api.ScalarAsync<string>("SELECT direction::text FROM conversation_messages WHERE message_id = 'alias@ours'"));
        Assert.Equal(2, (await api.Client.GetJsonAsync($"/api/v1/conversations/{ours[0].Conversation()}")).GetProperty("messageCount").GetInt32());
        _gmail.RemoveLabel(spam, "SPAM");
        await UntilAsync(api, "SELECT count(*) FROM conversation_messages WHERE message_id = 'spam@x' AND direction = 'inbound'", 1L);
    }

    [Theory]
    [InlineData("""{"type":"external_account"}""")]
    [InlineData("""{"type":"service_account","client_email":"x"}""")]
    [InlineData("nonsense")]
    public async Task Credentials_that_are_none_stop_the_start(string json)
    {
        await File.WriteAllTextAsync(_credentials, json);
        var database = await MigratedDatabase.CreateAsync(postgres.Server);
        Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(() => Start(database));
    }

    private async Task AskedAsync(string id, int times)
    {
        var patience = Stopwatch.StartNew();
        while (_gmail.Requests.Count(r => r.Path.Contains(id, StringComparison.Ordinal)) < times)
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(40), "It is not asked for.");
            await Task.Delay(20);
        }
    }

    private ApiServer Start(string database, params (string Name, string? Value)[] settings) => ApiServer.Start(database, Settings(settings));

    private (string Name, string? Value)[] Settings(params (string Name, string? Value)[] settings) =>
    [
        ("GMAIL_CREDENTIALS_PATH", _credentials), ("Gmail:BaseAddress", _gmail.Address.ToString()), ("Gmail:TokenEndpoint", _gmail.TokenEndpoint.ToString()), ("Gmail:PollInterval", "00:00:00.100"),
        ("Gmail:RetryDelay", "00:00:00.010"), ("Gmail:AttemptTimeout", "00:00:01"), ("Gmail:Lease", "00:00:02"), ("Gmail:MessageAttempts", "2"), ("Gmail:Attempts", "4"), .. settings,
    ];

    private static async Task UntilAsync<T>(ApiServer api, string sql, T expected)
    {
        var patience = Stopwatch.StartNew();
        object? last = null;
        while (patience.Elapsed < TimeSpan.FromSeconds(40))
        {
            try
            {
                await using var command = api.Database.CreateCommand(sql);
                last = await command.ExecuteScalarAsync();
                if (Equals(last, expected))
                    return;
            }
            catch (NpgsqlException)
            {
                // The server was killed.
            }

            await Task.Delay(20);
        }

        Assert.Fail($"{sql} gives {last}, not {expected}; {await api.ScalarAsync<string>("SELECT coalesce(string_agg(to_jsonb(g)::text, ' '), 'nothing') FROM gmail_mailboxes g")}");
    }

    private static async Task ExecuteAsync(ApiServer api, string sql)
    {
        await using var command = api.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
