using System.Net;
using ConversationApi.Ingestion.Threading;
using PostgresForTests;

namespace ConversationApi.Tests.Ingestion;

public sealed class MergeTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Conversations_that_turn_out_to_be_one_merge_into_the_oldest_and_the_other_redirects()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        var older = (await api.Client.PostLinesAsync([MailJson.Of("a@x", from: "first@people.example")]))[0].Conversation();
        await Task.Delay(5);
        var younger = (await api.Client.PostLinesAsync([MailJson.Of("b@x", from: "second@people.example")]))[0].Conversation();
        var joined = (await api.Client.PostLinesAsync([MailJson.Of("c@x", "<b@x>", "<a@x>", from: "third@people.example")]))[0].Conversation();
        Assert.Equal(older, joined);

        foreach (var path in new[] { "", "/messages" })
        {
            using var moved = await api.Client.GetAsync($"/api/v1/conversations/{younger}{path}");
            Assert.Equal(HttpStatusCode.PermanentRedirect, moved.StatusCode);
            Assert.Equal($"/api/v1/conversations/{older}{path}", moved.Headers.Location?.OriginalString);
        }

        var shown = await api.Client.GetJsonAsync($"/api/v1/conversations/{older}");
        Assert.Equal(3, shown.GetProperty("messageCount").GetInt32());
        Assert.Equal("first@people.example", shown.GetProperty("leadEmail").GetString());
        Assert.Equal(older, (await api.Client.PostLinesAsync([MailJson.Of("d@x", "<b@x>")]))[0].Conversation());
    }

    [Fact]
    public async Task A_merge_moves_suggestions_and_leaves_the_time_of_their_last_change()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        await api.Client.PostLinesAsync([MailJson.Of("a@x")]);
        await Task.Delay(5);
        await api.Client.PostLinesAsync([MailJson.Of("b@x")]);
        Assert.Equal(1, await api.ScalarAsync<long>("""
            WITH made AS (INSERT INTO ai_suggestions (id, conversation_id, in_reply_to_message_id, suggested_content, model_used, created_at, updated_at)
                SELECT gen_random_uuid(), conversation_id, id, 'x', 'm', '2024-01-01Z', '2024-01-02Z' FROM conversation_messages WHERE message_id = 'b@x' RETURNING 1)
            SELECT count(*) FROM made
            """));
        var into = (await api.Client.PostLinesAsync([MailJson.Of("c@x", "<a@x> <b@x>")]))[0].Conversation();
        Assert.Equal(1, await api.ScalarAsync<long>($"SELECT count(*) FROM ai_suggestions WHERE conversation_id = '{into}' AND updated_at = '2024-01-02Z'"));
    }

    [Fact]
    public async Task Conversations_with_different_leads_we_wrote_to_are_linked_and_not_merged()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, ("Ingestion:OwnAddresses:0", "desk@platform.example"));
        var one = (await api.Client.PostLinesAsync([MailJson.Of("a@x", from: "first@people.example"), MailJson.Of("a2@x", "<a@x>", from: "desk@platform.example")]))[0].Conversation();
        var other = (await api.Client.PostLinesAsync([MailJson.Of("b@x", from: "second@people.example"), MailJson.Of("b2@x", "<b@x>", from: "desk@platform.example")]))[0].Conversation();
        Assert.Equal("waiting", (await api.Client.GetJsonAsync($"/api/v1/conversations/{one}")).GetProperty("status").GetString());

        // A stranger, and then a lead, name ids of both.
        var stranger = (await api.Client.PostLinesAsync([MailJson.Of("c@x", "<b@x>", "<a@x> <b@x>", from: "third@people.example")]))[0].Conversation();
        var lead = (await api.Client.PostLinesAsync([MailJson.Of("d@x", "<b@x>", "<a@x> <b@x>", from: "first@people.example")]))[0].Conversation();
        Assert.Equal(other, stranger);
        Assert.Equal(one, lead);
        Assert.Equal(other, Assert.Single((await api.Client.GetJsonAsync($"/api/v1/conversations/{one}")).GetProperty("linkedConversationIds").EnumerateArray()).GetGuid());
        Assert.Equal("second@people.example", (await api.Client.GetJsonAsync($"/api/v1/conversations/{other}")).GetProperty("leadEmail").GetString());
        Assert.Equal(0, await api.ScalarAsync<long>("SELECT count(*) FROM conversation_redirects"));
    }

    [Fact]
    public async Task Whom_we_wrote_to_stays_the_lead_of_a_merged_conversation()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, ("Ingestion:OwnAddresses:0", "@platform.example"));
        var older = (await api.Client.PostLinesAsync([MailJson.Of("a@x", from: "stranger@people.example")]))[0].Conversation();
        await Task.Delay(5);
        await api.Client.PostLinesAsync([MailJson.Of("b@x", from: "lead@people.example"), MailJson.Of("b2@x", "<b@x>", from: "desk@platform.example")]);
        await api.Client.PostLinesAsync([MailJson.Of("c@x", "<a@x> <b@x>", from: "stranger@people.example")]);
        Assert.Equal("lead@people.example", (await api.Client.GetJsonAsync($"/api/v1/conversations/{older}")).GetProperty("leadEmail").GetString());
    }

    [Fact]
    public async Task Mail_of_ours_that_was_imported_belongs_to_its_thread_whatever_came_first()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, ("Ingestion:OwnAddresses:0", "@platform.example"));
        foreach (var order in Permutations([0, 1, 2, 3]))
        {
            var n = string.Concat(order);
            string[] mails =
            [
                MailJson.Of($"o1.{n}@x", from: "desk@platform.example", text: n), MailJson.Of($"l1.{n}@x", from: $"lead{n}@people.example"),
                MailJson.Of($"o2.{n}@x", $"<l1.{n}@x>", from: "desk@platform.example"), MailJson.Of($"t.{n}@x", references: $"<o1.{n}@x> <l1.{n}@x>", from: $"lead{n}@people.example"),
            ];
            foreach (var mail in order)
                await api.Client.PostLinesAsync([mails[mail]]);
            Assert.Equal($"4 lead{n}@people.example", await api.ScalarAsync<string>($"""
                SELECT string_agg(message_count || ' ' || lead_email, ', ') FROM conversations WHERE id IN (SELECT conversation_id FROM conversation_messages WHERE message_id LIKE '%.{n}@x')
                """));
        }

        Assert.Equal(0, await api.ScalarAsync<long>("SELECT count(*) FROM conversation_links"));
    }

    [Fact]
    public async Task Mail_of_ours_without_a_lead_takes_no_conversations_lead_away()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, ("Ingestion:OwnAddresses:0", "@platform.example"));
        await api.Client.PostLinesAsync([MailJson.Of("o@x", from: "desk@platform.example")]);
        await Task.Delay(5);
        await api.Client.PostLinesAsync([MailJson.Of("l@x", from: "lead@people.example")]);
        await api.Client.PostLinesAsync([MailJson.Of("s@x", references: "<o@x> <l@x>", from: "stranger@people.example")]);
        Assert.Equal("lead@people.example", await api.ScalarAsync<string>("SELECT lead_email FROM conversations"));
    }

    private static IEnumerable<int[]> Permutations(int[] of) =>
        of.Length == 0 ? [[]] : of.SelectMany(first => Permutations([.. of.Where(other => other != first)]).Select(rest => (int[])[first, .. rest]));

    [Fact]
    public async Task Our_token_ties_mail_to_its_conversation_even_after_a_merge_and_a_forged_one_does_not()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        var older = (await api.Client.PostLinesAsync([MailJson.Of("a@x")]))[0].Conversation();
        await Task.Delay(5);
        var younger = (await api.Client.PostLinesAsync([MailJson.Of("b@x")]))[0].Conversation();
        var token = new ReplyToken(ApiServer.TokenKey).Create(younger);
        Assert.Equal(younger, (await api.Client.PostLinesAsync([MailJson.Of("c@x", token: token)]))[0].Conversation());
        await api.Client.PostLinesAsync([MailJson.Of("d@x", "<a@x> <b@x>")]);
        Assert.Equal(older, (await api.Client.PostLinesAsync([MailJson.Of("e@x", token: token)]))[0].Conversation());
        var forged = new ReplyToken("somebody else's key, somebody else's key").Create(older);
        Assert.NotEqual(older, (await api.Client.PostLinesAsync([MailJson.Of("f@x", token: forged)]))[0].Conversation());
    }

    [Fact]
    public async Task A_duplicate_that_names_an_id_more_ties_as_the_first_copy_would_have()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        var items = await api.Client.PostLinesAsync([MailJson.Of("a@x"), MailJson.Of("b@x", text: "the same")]);
        Assert.NotEqual(items[0].Conversation(), items[1].Conversation());
        var again = (await api.Client.PostLinesAsync([MailJson.Of("b@x", references: "<a@x>", text: "the same")]))[0];
        Assert.Equal("duplicate", again.Status());
        Assert.Equal(1, await api.ScalarAsync<long>("SELECT count(*) FROM conversations"));
        Assert.Equal(2, await api.ScalarAsync<int>("SELECT message_count FROM conversations"));
    }
}
