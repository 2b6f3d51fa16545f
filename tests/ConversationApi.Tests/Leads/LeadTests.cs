using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Npgsql;
using PostgresForTests;

namespace ConversationApi.Tests.Leads;

/// <summary>A lead with mail in several places, and where it is to be found.</summary>
public abstract class LeadTests(PostgresFixture postgres)
{
    private protected const string Lead = "o'lead+tag@people.example";
    private protected static readonly string Path = $"/api/v1/leads/{Uri.EscapeDataString(Lead)}";

    private protected PostgresFixture Postgres => postgres;

    private protected async Task<ApiServer> FillAsync()
    {
        var api = await ApiServer.StartAsync(postgres.Server, ("Ingestion:AnswerWithin", "3650.00:00:00"));
        // Two conversations, one of them merged from two; and a mail of the lead's in a conversation of another.
        await api.Client.PostLinesAsync([MailJson.Of("one@x", from: Lead), MailJson.Of("two@x", from: Lead, subject: "second")]);
        await api.Client.PostLinesAsync([MailJson.Of("both@x", references: "<one@x> <two@x>", from: Lead, text: "joins them")]);
        await api.Client.PostLinesAsync([MailJson.Of("three@x", from: Lead, subject: "third")]);
        await api.Client.PostLinesAsync([MailJson.Of("other@x", from: "other@people.example", text: "what the other wrote")]);
        await api.Client.PostLinesAsync([MailJson.Of("intruder@x", "<other@x>", from: Lead, subject: $"by {Lead}", text: $"I am {Lead}")]);
        (await api.Client.PostAsync("/api/v1/inbound/postmark", new StringContent($"{{\"From\":\"{Lead}\"", Encoding.UTF8, "application/json"))).Dispose();
        (await api.Client.PostAsync("/api/v1/inbound/postmark", new StringContent("{\"From\":\"other@people.example\"", Encoding.UTF8, "application/json"))).Dispose();
        await ExecuteAsync(api, """
            INSERT INTO ai_suggestions (id, conversation_id, in_reply_to_message_id, suggested_content, model_used) SELECT gen_random_uuid(), conversation_id, id, 'Dear ' || sender_email, 'm' FROM conversation_messages WHERE message_id = 'three@x'
            """);
        await ExecuteAsync(api, """
            INSERT INTO message_work (message_id, kind, conversation_id, not_before) SELECT id, 'suggest', conversation_id, now() + interval '1 day' FROM conversation_messages WHERE message_id = 'three@x' ON CONFLICT DO NOTHING
            """);
        await ExecuteAsync(api, "UPDATE conversations SET lead_name = lead_name || '!' WHERE lead_email LIKE '%lead%'");
        return api;
    }

    private protected static async Task<JsonElement> EraseAsync(ApiServer api)
    {
        using var response = await api.Client.DeleteAsync(Path);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private protected static long Count(JsonElement counts, string what) => counts.TryGetProperty(what, out var count) ? count.GetInt64() : -1;

    /// <summary>Every table that has the lead's address anywhere in a row.</summary>
    private protected static async Task<List<string>> PlacesAsync(ApiServer api)
    {
        var tables = new List<string>();
        await using (var all = api.Database.CreateCommand("SELECT c.oid::regclass::text FROM pg_class c WHERE relkind IN ('r', 'p') AND relnamespace::regnamespace::text IN ('public', 'ops', 'history')"))
        await using (var row = await all.ExecuteReaderAsync())
            while (await row.ReadAsync())
                tables.Add(row.GetString(0));
        var places = new List<string>();
        foreach (var table in tables)
        {
            await using var command = api.Database.CreateCommand($"SELECT count(*) FROM {table} t WHERE lower(t::text) LIKE '%lead+tag@%' OR lower(t::text) LIKE '%' || encode('lead+tag@', 'hex') || '%'");
            if ((long)(await command.ExecuteScalarAsync())! > 0)
                places.Add(table);
        }

        return places;
    }

    private protected static async Task IndexedAsync(ApiServer api, long messages)
    {
        for (var patience = 0; await api.ScalarAsync<long>("SELECT count(*) FROM message_search") < messages; patience++)
        {
            Assert.True(patience < 1000, "The mail is not indexed.");
            await Task.Delay(20);
        }
    }

    private protected static async Task ExecuteAsync(ApiServer api, string sql, params object[] values)
    {
        await using var command = api.Database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync();
    }
}
