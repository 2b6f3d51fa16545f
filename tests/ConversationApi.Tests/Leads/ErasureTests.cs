using System.Net;
using System.Text;
using ConversationApi.Tests.Delivery;
using ConversationData.Operations.Erasures;
using ConversationData.Roles;
using MailForTests;
using Npgsql;
using PostgresForTests;

namespace ConversationApi.Tests.Leads;

public sealed class ErasureTests(PostgresFixture postgres) : LeadTests(postgres), IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task An_erased_lead_is_nowhere_in_the_database_and_others_lose_nothing()
    {
        await using var api = await FillAsync();
        Assert.NotEmpty(await PlacesAsync(api));
        var messages = await api.ScalarAsync<long>("SELECT count(*) FROM conversation_messages");
        var counts = await EraseAsync(api);
        Assert.Empty(await PlacesAsync(api));
        Assert.Equal((2L, 4L, 1L, 1L, 1L), (Count(counts, "conversations"), Count(counts, "messages"), Count(counts, "messagesElsewhere"), Count(counts, "suggestions"), Count(counts, "setAside")));
        Assert.True(Count(counts, "history") > 0 && Count(counts, "message_work") > 0 && Count(counts, "conversation_events") > 0, counts.ToString());

        Assert.Equal(messages - 4, await api.ScalarAsync<long>("SELECT count(*) FROM conversation_messages"));
        Assert.Equal("[erased]||", await api.ScalarAsync<string>("SELECT concat_ws('|', subject, content, coalesce(html_content, ''), sender_email) FROM conversation_messages WHERE message_id = 'intruder@x'"));
        Assert.Equal("what the other wrote", await api.ScalarAsync<string>("SELECT content FROM conversation_messages WHERE message_id = 'other@x'"));
        Assert.Equal(0, await api.ScalarAsync<long>("SELECT count(*) FROM message_work w WHERE NOT EXISTS (SELECT 1 FROM conversation_messages m WHERE m.id = w.message_id)"));
        Assert.Equal("bootstrap", await api.ScalarAsync<string>("SELECT erased_by FROM ops.erasures"));
    }

    [Fact]
    public async Task Erasing_again_finds_nothing_and_does_no_harm()
    {
        await using var api = await FillAsync();
        await EraseAsync(api);
        var again = await EraseAsync(api);
        Assert.All(again.EnumerateObject(), count => Assert.Equal(0, count.Value.GetInt64()));
        Assert.Equal(1, await api.ScalarAsync<long>("SELECT count(*) FROM ops.erasures"));
        // A lead who comes back is a lead like others.
        await api.Client.PostLinesAsync([MailJson.Of("back@x", from: Lead)]);
        Assert.Single((await api.Client.GetJsonAsync($"{Path}/export")).GetProperty("conversations").EnumerateArray());
    }

    [Fact]
    public async Task Words_that_only_the_lead_wrote_are_forgotten_and_those_of_others_stay()
    {
        await using var api = await ApiServer.StartAsync(Postgres.Server);
        await api.Client.PostLinesAsync([MailJson.Of("one@x", from: Lead, text: $"shared and {Lead}"), MailJson.Of("two@x", from: Lead, text: $"shared and {Lead}"), MailJson.Of("three@x", from: "other@people.example", text: "shared")]);
        await IndexedAsync(api, 3);
        await ExecuteAsync(api, """UPDATE message_search SET terms = terms || array_to_tsvector(ARRAY['o''lead\x']) WHERE message_id IN (SELECT id FROM conversation_messages WHERE sender_email LIKE '%lead%')""");
        await ExecuteAsync(api, "INSERT INTO search_terms (term, documents) SELECT word, ndoc FROM ts_stat('SELECT terms FROM message_search') WHERE ndoc > 1 ON CONFLICT DO NOTHING");
        await ExecuteAsync(api, "INSERT INTO embedding_models (name, dimensions) VALUES ('local', 1)");
        await ExecuteAsync(api, "INSERT INTO embedding_model_terms (model_id, term, weight, embedding) SELECT (SELECT max(id) FROM embedding_models), term, 1, '[1]' FROM search_terms");
        Assert.Equal(2, await api.ScalarAsync<long>("SELECT count(*) FROM embedding_model_terms WHERE term LIKE '%tag@people.example' OR term = 'o''lead\\x'"));
        await EraseAsync(api);
        Assert.Empty(await PlacesAsync(api));
        foreach (var table in new[] { "search_terms", "embedding_model_terms" })
        {
            Assert.Equal(0, await api.ScalarAsync<long>($"SELECT count(*) FROM {table} t WHERE NOT EXISTS (SELECT FROM message_search s WHERE t.term = ANY (tsvector_to_array(s.terms)))"));
            Assert.Equal(1, await api.ScalarAsync<long>($"SELECT count(*) FROM {table} WHERE term LIKE 'share%'"));
        }
    }

    [Fact]
    public async Task A_conversation_that_was_deleted_before_its_lead_is_exported_and_erased_with_it_and_one_that_was_merged_stays()
    {
        await using var api = await ApiServer.StartAsync(Postgres.Server);
        var id = (await api.Client.PostLinesAsync([MailJson.Of("one@x", from: Lead)]))[0].Conversation();
        await ExecuteAsync(api, """
            INSERT INTO ai_suggestions (id, conversation_id, in_reply_to_message_id, suggested_content, model_used) SELECT gen_random_uuid(), conversation_id, id, 'a draft', 'm' FROM conversation_messages
            """);
        await ExecuteAsync(api, "DELETE FROM conversations");
        await ExecuteAsync(api, $"INSERT INTO idempotency_keys (owner, key, request_hash, resource) VALUES ('o', 'k', sha256('x'), '{id}')");
        await api.Client.PostLinesAsync([MailJson.Of("other@x", from: "other@people.example")]);
        await Task.Delay(5);
        await api.Client.PostLinesAsync([MailJson.Of("two@x", from: Lead)]);
        await api.Client.PostLinesAsync([MailJson.Of("both@x", references: "<other@x> <two@x>", from: "other@people.example", text: "what the other wrote")]);
        await ExecuteAsync(api, "UPDATE conversation_messages SET content = content || '!' WHERE message_id = 'both@x'");
        Assert.Contains("a draft", (await api.Client.GetJsonAsync($"{Path}/export")).GetProperty("history").GetRawText(), StringComparison.Ordinal);

        await EraseAsync(api);
        Assert.Equal(0, await api.ScalarAsync<long>($"SELECT (SELECT count(*) FROM history.row_versions WHERE conversation_id = '{id}') + (SELECT count(*) FROM idempotency_keys)"));
        Assert.Empty(await PlacesAsync(api));
        Assert.Equal(1, await api.ScalarAsync<long>("SELECT count(*) FROM history.row_versions WHERE old_row ->> 'content' = 'what the other wrote'"));
        Assert.Equal(1, await api.ScalarAsync<long>("SELECT count(*) FROM conversation_redirects"));
    }

    [Fact]
    public async Task What_others_wrote_to_the_lead_or_copied_to_it_no_more_names_it_and_is_found_as_before()
    {
        await using var api = await ApiServer.StartAsync(Postgres.Server);
        await api.Client.PostLinesAsync(
        [
            MailJson.Of("copied@x", from: "other@people.example", text: "findable", headers: ("Cc", $"Somebody <some@people.example>, Lead <{Lead.ToUpperInvariant()}>, x{Lead}, {Lead}.example")),
            MailJson.Of("received@x", from: "other@people.example", text: "findable"),
        ]);
        await ExecuteAsync(api, "UPDATE conversation_messages SET recipient_email = $1, addresses = NULL WHERE message_id = 'received@x'", Lead);
        await ExecuteAsync(api, "DELETE FROM history.row_versions");
        await IndexedAsync(api, 2);
        await ExecuteAsync(api, """
            INSERT INTO ai_suggestions (id, conversation_id, in_reply_to_message_id, suggested_content, model_used) SELECT gen_random_uuid(), conversation_id, id, 'a draft', 'm' FROM conversation_messages
            """);
        Assert.Equal(2L, Count(await EraseAsync(api), "messagesElsewhere"));
        Assert.Equal($"Somebody <some@people.example>, Lead <[erased]>, x{Lead}, {Lead}.example",
            await api.ScalarAsync<string>("SELECT h ->> 'value' FROM conversation_messages m, jsonb_array_elements(headers) h WHERE m.message_id = 'copied@x' AND h ->> 'name' = 'Cc'"));
        Assert.Equal(2L, await api.ScalarAsync<long>("SELECT count(*) FROM message_search JOIN ai_suggestions s ON s.in_reply_to_message_id = message_id"));
        Assert.Equal(2L, await api.ScalarAsync<long>("SELECT count(*) FROM conversation_messages WHERE sender_email = 'other@people.example' AND content = 'findable' AND recipient_email IS DISTINCT FROM 'o''lead+tag@people.example'"));
        Assert.Equal(0L, await api.ScalarAsync<long>("SELECT count(*) FROM history.row_versions WHERE table_name = 'conversation_messages'"));
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("Lead <{0}>, Other <x@people.example>")]
    [InlineData("'{0}' <x@people.example>")]
    [InlineData("x@people.example,\r\n\t{0}")]
    [InlineData("see *{0}*, or mailto:{0}?subject=x")]
    [InlineData("by {0}.")]
    [InlineData("<{0}>;x={0}")]
    public async Task However_a_header_names_the_lead_it_is_found_and_erased_by_what_ingestion_wrote_down_and_without_it(string written)
    {
        await using var api = await ApiServer.StartAsync(Postgres.Server);
        var header = ("X-Copy", string.Format(System.Globalization.CultureInfo.InvariantCulture, written, Lead.ToUpperInvariant()));
        await api.Client.PostLinesAsync([MailJson.Of("one@x", from: "other@people.example", headers: header), MailJson.Of("two@x", from: "another@people.example", headers: header)]);
        Assert.Equal(2, await api.ScalarAsync<long>("SELECT count(*) FROM conversation_messages WHERE addresses @> ARRAY['o''lead+tag@people.example']"));
        // As mail stands that was stored before.
        await ExecuteAsync(api, "UPDATE conversation_messages SET addresses = NULL WHERE message_id = 'two@x'");
        Assert.Equal(2L, Count(await EraseAsync(api), "messagesElsewhere"));
        Assert.Empty(await PlacesAsync(api));
    }

    [Fact]
    public async Task Kept_answers_that_name_the_lead_go_though_signs_of_its_address_are_escaped_in_them()
    {
        await using var api = await ApiServer.StartAsync(Postgres.Server);
        await api.Client.PostAsync("/api/v1/conversations", new { lead = new { email = "other@people.example" }, subject = "s", content = $"ask {Lead}" }, HttpStatusCode.Created, "names");
        await api.Client.PostAsync("/api/v1/conversations", new { lead = new { email = "other@people.example" }, subject = "s", content = "c" }, HttpStatusCode.Created, "others");
        Assert.Equal("names", await api.ScalarAsync<string>("SELECT string_agg(key, ' ') FROM idempotency_keys WHERE response::text LIKE '%lead\\\\u002Btag@%'"));
        await EraseAsync(api);
        Assert.Equal("others", await api.ScalarAsync<string>("SELECT string_agg(key, ' ') FROM idempotency_keys"));
    }

    [Fact]
    public async Task What_a_restore_brings_back_goes_again_by_the_ledger_and_what_came_after_the_erasure_stays()
    {
        await using var api = await FillAsync();
        var before = await api.ScalarAsync<string>("SELECT jsonb_build_object('c', (SELECT jsonb_agg(c) FROM conversations c), 'm', (SELECT jsonb_agg(m) FROM conversation_messages m))::text");
        await EraseAsync(api);
        await using var maintenance = NpgsqlDataSource.Create(MigratedDatabase.As(api.ConnectionString, DatabaseRoles.Maintenance));
        var ledger = await new ErasureLedger(maintenance).ReadAsync(default);
        Assert.DoesNotContain("lead", Encoding.UTF8.GetString(Assert.Single(ledger).AddressHash) + ledger[0].Counts, StringComparison.Ordinal);

        // As a restore to a moment before the erasure leaves it: the rows are there, the ledger is not.
        await ExecuteAsync(api, "DELETE FROM ops.erasures");
        await ExecuteAsync(api, "INSERT INTO conversations SELECT r.* FROM jsonb_populate_recordset(NULL::conversations, $1::jsonb -> 'c') r ON CONFLICT DO NOTHING", before);
        await ExecuteAsync(api, "INSERT INTO conversation_messages SELECT r.* FROM jsonb_populate_recordset(NULL::conversation_messages, $1::jsonb -> 'm') r ON CONFLICT DO NOTHING", before);
        Assert.NotEmpty(await PlacesAsync(api));
        await api.Client.PostLinesAsync([MailJson.Of("back@x", from: Lead, subject: "back again")]);

        for (var time = 0; time < 2; time++)
            await new ErasureLedger(maintenance).ReplayAsync(ledger, default);
        var left = await api.Client.GetJsonAsync($"{Path}/export");
        Assert.Equal("back again", Assert.Single(left.GetProperty("conversations").EnumerateArray()).GetProperty("subject").GetString());
        Assert.Single(left.GetProperty("messages").EnumerateArray());
        Assert.Equal(ledger[0].ErasedAt, (await new ErasureLedger(maintenance).ReadAsync(default))[0].ErasedAt);
    }

    [Fact]
    public async Task Only_the_application_may_erase_and_nobody_learns_history_by_it()
    {
        var database = await MigratedDatabase.CreateAsync(Postgres.Server);
        foreach (var (role, sql) in new[]
        {
            (DatabaseRoles.Application, "SELECT * FROM history.row_versions"), (DatabaseRoles.Application, "SELECT * FROM ops.erasures"), (DatabaseRoles.Application, "SELECT ops.erase_rows('a@b', now())"),
            (DatabaseRoles.Application, "SELECT ops.replay_erasure('', now(), '', '{}')"), (DatabaseRoles.Application, "SELECT ops.known_addresses('{}')"), (DatabaseRoles.Analytics, "SELECT ops.erase_lead('a@b', '', gen_random_uuid())"),
            (DatabaseRoles.Analytics, "SELECT ops.lead_history('a@b')"), (DatabaseRoles.Maintenance, "SELECT ops.erase_lead('a@b', '', gen_random_uuid())"), (DatabaseRoles.Maintenance, "DELETE FROM ops.erasures"),
        })
        {
            await using var source = NpgsqlDataSource.Create(MigratedDatabase.As(database, role));
            await using var command = source.CreateCommand(sql);
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).SqlState);
        }
    }

    [Fact]
    public async Task Erasing_while_the_lead_writes_breaks_neither()
    {
        await using var api = await ApiServer.StartAsync(Postgres.Server);
        using var end = new CancellationTokenSource();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var posting = Enumerable.Range(0, 3).Select(client => Task.Run(async () =>
        {
            for (var i = 0; !end.IsCancellationRequested; i++)
                Assert.All(await api.Client.PostLinesAsync([MailJson.Of($"{client}.{i}@x", i > 0 ? $"<{client}.{i - 1}@x>" : null, from: Lead), MailJson.Of($"o{client}.{i}@x", $"<{client}.{i}@x>", from: "other@people.example")]),
                    item => Assert.Equal("stored", item.Status()));
        })).ToList();
        try
        {
            for (var erased = 0; erased < 4 || watch.Elapsed < TimeSpan.FromSeconds(4); erased++)
                await EraseAsync(api);
        }
        finally
        {
            await end.CancelAsync();
        }

        await Task.WhenAll(posting);
        await EraseAsync(api);
        Assert.Empty(await PlacesAsync(api));
        Assert.Equal(0, await api.ScalarAsync<long>("SELECT count(*) FROM conversations c WHERE message_count <> (SELECT count(*) FROM conversation_messages m WHERE m.conversation_id = c.id)"));
    }
}
