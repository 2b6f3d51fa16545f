using System.Text.Json.Nodes;
using MailForTests;
using PostgresForTests;
using ProvidersForTests;

namespace ConversationApi.Tests.Gmail;

/// <summary>What is read, and as what.</summary>
public sealed class GmailSyncTests(PostgresFixture postgres) : GmailTests(postgres)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_mailbox_is_read_whole_and_then_what_changes_with_either_kind_ofCredentials(bool serviceAccount)
    {
        if (serviceAccount)
            await File.WriteAllTextAsync(Credentials, LoopbackGmail.ServiceAccount());
        Gmail.MostOnPage = 3;
        for (var i = 0; i < 8; i++)
            Gmail.Add(LoopbackGmail.Message($"first{i}@x", $"first {i}", "text"));
        await using var api = Start(await MigratedDatabase.CreateAsync(Postgres), ("Gmail:Mailbox", "desk@platform.example"));
        await UntilAsync(api, Count, 8L);

        for (var i = 0; i < 7; i++)
            Gmail.Add(LoopbackGmail.Message($"then{i}@x", $"then {i}", "text"));
        var gone = Gmail.Add(LoopbackGmail.Message("gone@x", "gone", "text"));
        Gmail.Delete(gone);
        await UntilAsync(api, Count, 15L);
        await UntilAsync(api, "SELECT history_id::text FROM gmail_mailboxes WHERE last_error IS NULL AND last_synced_at IS NOT NULL", "1112");
        // What is read is not asked for again.
        Assert.Equal(16, Gmail.Requests.Count(r => r.Path.Contains("format=full", StringComparison.Ordinal)));
        Assert.All(Gmail.Requests.Where(r => !r.Path.StartsWith("/token", StringComparison.Ordinal)), r => Assert.StartsWith("/gmail/v1/users/desk@platform.example/", r.Path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task History_that_expired_is_made_up_for_by_listing_and_nothing_comes_twice()
    {
        Gmail.MostOnPage = 2;
        for (var i = 0; i < 3; i++)
            Gmail.Add(LoopbackGmail.Message($"a{i}@x", $"a{i}", "text"));
        var database = await MigratedDatabase.CreateAsync(Postgres);
        await using (var api = Start(database))
            await UntilAsync(api, "SELECT count(*) FROM gmail_mailboxes WHERE last_synced_at IS NOT NULL", 1L);
        for (var i = 0; i < 5; i++)
            Gmail.Add(LoopbackGmail.Message($"b{i}@x", $"b{i}", "text"));
        Gmail.ExpireHistory();
        await using (var api = Start(database))
        {
            await UntilAsync(api, Subjects, "a0,a1,a2,b0,b1,b2,b3,b4");
            Gmail.Add(LoopbackGmail.Message("c@x", "c", "text"));
            await UntilAsync(api, Subjects, "a0,a1,a2,b0,b1,b2,b3,b4,c");
        }

        Assert.Contains(Gmail.Requests, r => r.Path.Contains("q=after%3A", StringComparison.Ordinal));
        Assert.Equal(9, Gmail.Requests.Count(r => r.Path.Contains("format=full", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_thread_that_is_listed_newest_first_stands_as_if_it_had_come_mail_by_mail()
    {
        Gmail.MostOnPage = 3;
        Gmail.Add(LoopbackGmail.Message("offer@ours", "Offer", "text", from: "desk@platform.example"), "SENT");
        Gmail.Add(LoopbackGmail.Message("question@x", "Question", "text"));
        Gmail.Add(LoopbackGmail.Message("yes@x", "Re: Offer", "text", from: "assistant@people.example", ("In-Reply-To", "<offer@ours>")));
        Gmail.Add(LoopbackGmail.Message("more@x", "Re: Question", "text", from: "friend@people.example", ("In-Reply-To", "<question@x>")));
        Gmail.Add(LoopbackGmail.Message("answer@ours", "Re: Question", "text", from: "desk@platform.example", ("In-Reply-To", "<question@x>")), "SENT");
        await using var api = Start(await MigratedDatabase.CreateAsync(Postgres), ("Gmail:PageSize", "2"));
        await UntilAsync(api, Count, 5L);
        Assert.Equal("Offer|assistant@people.example|needs_reply|2,Question|lead@people.example|waiting|3", await api.ScalarAsync<string>(
            "SELECT string_agg(concat_ws('|', subject, lead_email, status, message_count), ',' ORDER BY subject) FROM conversations"));
    }

    [Fact]
    public async Task Mail_of_one_Gmail_thread_belongs_together_though_it_names_no_other()
    {
        JsonObject Of(string id, string thread, string from)
        {
            var message = LoopbackGmail.Message(id, "Hello", "text", from);
            message["threadId"] = thread;
            return message;
        }

        Gmail.Add(Of("a@x", "t1", "lead@people.example"));
        Gmail.Add(Of("b@x", "t2", "lead@people.example"));
        Gmail.Add(Of("c@x", "t1", "colleague@people.example"));
        await using var api = Start(await MigratedDatabase.CreateAsync(Postgres));
        await UntilAsync(api, Count, 3L);
        Gmail.Add(Of("d@x", "t2", "lead@people.example"));
        await UntilAsync(api, Count, 4L);
        Assert.Equal("a@x c@x,b@x d@x", await api.ScalarAsync<string>("""
            SELECT string_agg(thread, ',' ORDER BY thread) FROM (SELECT string_agg(message_id, ' ' ORDER BY message_id) AS thread FROM conversation_messages GROUP BY conversation_id) t
            """));
    }

    [Fact]
    public async Task What_is_not_among_the_sent_mail_was_not_sent_by_us_whatever_its_From_says()
    {
        await using var api = Start(await MigratedDatabase.CreateAsync(Postgres), ("Ingestion:OwnAddresses:0", "desk@platform.example"));
        Gmail.Add(LoopbackGmail.Message("forged@x", "forged", "text", from: "desk@platform.example"));
        await UntilAsync(api, Count, 1L);
        Assert.Equal("inbound", await api.ScalarAsync<string>("SELECT direction::text FROM conversation_messages"));
    }

    [Fact]
    public async Task Mail_that_gets_its_label_after_it_came_is_read_then()
    {
        await using var api = Start(await MigratedDatabase.CreateAsync(Postgres), ("Gmail:Labels:0", "Label_7"));
        await UntilAsync(api, "SELECT count(*) FROM gmail_mailboxes WHERE last_synced_at IS NOT NULL", 1L);
        var late = Gmail.Add(LoopbackGmail.Message("late@x", "late", "text"));
        Gmail.Add(LoopbackGmail.Message("early@x", "early", "text"), "INBOX", "Label_7");
        await UntilAsync(api, Subjects, "early");
        Gmail.AddLabel(late, "Label_7");
        await UntilAsync(api, Subjects, "early,late");
    }

    [Fact]
    public async Task What_we_sent_is_known_again_by_its_id_and_drafts_and_spam_are_left_out_until_they_are_mail()
    {
        var database = await MigratedDatabase.CreateAsync(Postgres);
        await using var api = Start(database, ("Ingestion:OwnAddresses:0", "desk@platform.example"));
        var ours = await api.Client.PostLinesAsync([MailJson.Of("question@x", subject: "q"), MailJson.Of("answer@ours", "<question@x>", from: "desk@platform.example", subject: "re q", text: "as composed")]);
        Gmail.Add(LoopbackGmail.Message("answer@ours", "re q", "as sent\n-- \nby somebody else on the way", from: "Desk <desk@platform.example>", ("In-Reply-To", "<question@x>")), "SENT");
        Gmail.Add(LoopbackGmail.Message("draft@x", "draft", "text"), "DRAFT");
        var spam = Gmail.Add(LoopbackGmail.Message("spam@x", "not spam", "text"), "SPAM");
        Gmail.Add(LoopbackGmail.Message("alias@ours", "from an alias", "text", from: "alias@elsewhere.example"), "SENT");
        await UntilAsync(api, "SELECT count(*) FROM conversation_messages", 3L);
        Assert.Equal("outbound", await api.ScalarAsync<string>("SELECT direction::text FROM conversation_messages WHERE message_id = 'alias@ours'"));
        Assert.Equal(2, (await api.Client.GetJsonAsync($"/api/v1/conversations/{ours[0].Conversation()}")).GetProperty("messageCount").GetInt32());
        Gmail.RemoveLabel(spam, "SPAM");
        await UntilAsync(api, "SELECT count(*) FROM conversation_messages WHERE message_id = 'spam@x' AND direction = 'inbound'", 1L);
    }

    [Theory]
    [InlineData("""{"type":"external_account"}""")]
    [InlineData("""{"type":"service_account","client_email":"x"}""")]
    [InlineData("nonsense")]
    public async Task Credentials_that_are_none_stop_the_start(string json)
    {
        await File.WriteAllTextAsync(Credentials, json);
        var database = await MigratedDatabase.CreateAsync(Postgres);
        Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(() => Start(database));
    }
}
