using System.Text;
using System.Text.Json;
using ConversationApi.Conversations;
using ConversationApi.Html;
using ConversationApi.Ingestion.Parsing;
using ConversationApi.Messages;
using ConversationApi.Paging;
using FsCheck;
using FsCheck.Fluent;
using Npgsql;
using PostgresForTests;

namespace ConversationApi.Tests.Paging;

/// <summary>Pages are written without their views; their bytes must be what serialising the views gives.</summary>
public sealed class PageBytesTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly Gen<string> _text = Gen.Elements(
            "\"", "\\", "/", "<b>", "&amp;", "'", "+", "`", "\u0001", "\u001f", "\u007f", "\u0085", "\u2028", "\u2029", "\ud83d\ude00", "\ud800\udc00", "\ufeff", "\ufffd",
            "\uffff", "e\u0301", "\u00e9", "\u05d0", "\u6f22", "\t", "\r\n", " ", "plain words ", new('x', 300), new('\u00fc', 9000))
        .ListOf().Select(string.Concat);

    [Fact]
    public async Task Every_text_comes_as_the_serialiser_would_write_it()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        var samples = _text.Sample(120, 12).ToList();
        for (var i = 0; i < samples.Count; i += 3)
        {
            var (one, other, third) = (samples[i], samples[i + 1], samples[i + 2]);
            await InsertAsync(api, Guid.CreateVersion7(), one, other, third);
        }

        string? cursor = null;
        var subjects = new List<string>();
        do
        {
            var page = await RoundTripAsync<ConversationView>(api, $"/api/v1/conversations?limit=7&sort=createdAt{(cursor is null ? "" : $"&cursor={cursor}")}");
            cursor = page.NextCursor;
            foreach (var conversation in page.Items)
            {
                subjects.Add(conversation.Subject);
                var message = Assert.Single((await RoundTripAsync<MessageView>(api, $"/api/v1/conversations/{conversation.Id}/messages")).Items);
                Assert.Equal(conversation.LeadName, message.SenderName);
                using var headers = JsonDocument.Parse(message.Headers.Json);
                Assert.Equal(message.Content, headers.RootElement[0].GetProperty("value").GetString());
                Assert.Contains(message.HtmlContent, samples.Select(HtmlCleaner.Clean));
            }
        }
        while (cursor is not null);
        Assert.Equal(samples.Where((_, i) => i % 3 == 0).Select(Bounded).Order(StringComparer.Ordinal), subjects.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Nulls_numbers_times_labels_and_lists_come_as_the_serialiser_would_write_them()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        await using (var command = api.Database.CreateCommand("""
            INSERT INTO conversations (id, lead_id, subject, status, message_count, last_message_at, last_outbound_at, archived_at, version) VALUES
                (gen_random_uuid(), -9223372036854775808, '', 'archived', 2147483647, '0001-01-01 00:00Z', '9999-12-31 23:59:59.999999Z', '2024-02-29 12:00:00.1Z', 9223372036854775807),
                (gen_random_uuid(), NULL, 'none', 'active', 0, '2024-02-29 12:00:00.123456Z', NULL, NULL, 1);
            INSERT INTO conversation_messages (id, conversation_id, direction, subject, content, sent_at, message_id, content_hash, marks, delivery_status, headers, attachments)
            SELECT gen_random_uuid(), id, 'outbound', '', '', '1969-12-31 23:59:59.999999Z', id::text, sha256(''), '{bounce,reused_id}', 'queued', '[1, {"a": "\u2028"}]', '[[]]' FROM conversations
            """))
            await command.ExecuteNonQueryAsync();

        var page = await RoundTripAsync<ConversationView>(api, "/api/v1/conversations?sort=messageCount");
        Assert.Equal([long.MinValue, null], page.Items.Select(c => c.LeadId));
        Assert.Equal(["bounce", "reused_id"], (await RoundTripAsync<MessageView>(api, $"/api/v1/conversations/{page.Items[0].Id}/messages")).Items[0].Marks);
        Assert.Empty((await RoundTripAsync<ConversationView>(api, "/api/v1/conversations?status=waiting")).Items);
    }

    [Fact]
    public async Task A_page_too_large_to_keep_room_for_comes_whole_time_and_again()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        await InsertAsync(api, Guid.CreateVersion7(), "large", new string('x', 700_000), new string('y', 700_000));
        var conversation = Assert.Single((await RoundTripAsync<ConversationView>(api, "/api/v1/conversations")).Items);

        for (var i = 0; i < 3; i++)
        {
            var message = Assert.Single((await RoundTripAsync<MessageView>(api, $"/api/v1/conversations/{conversation.Id}/messages")).Items);
            Assert.Equal((700_000, 700_000), (message.Content.Length, message.HtmlContent!.Length));
        }
    }

    [Fact]
    public async Task A_page_ends_behind_the_row_that_fills_it_and_all_pages_together_have_everything_once()
    {
        const int Large = 3_000_000;
        await using var api = await ApiServer.StartAsync(postgres.Server);
        var id = (await api.Client.PostLinesAsync([MailJson.Of("0@x")]))[0].Conversation();
        await using (var command = api.Database.CreateCommand($"""
            INSERT INTO conversation_messages (id, conversation_id, direction, subject, content, sent_at, message_id, content_hash)
            SELECT gen_random_uuid(), '{id}', 'inbound', '', CASE WHEN n % 4 = 3 THEN 'small' ELSE repeat('x', {Large}) END, now() + n * interval '1 s', n::text, sha256('') FROM generate_series(1, 10) n
            """))
            await command.ExecuteNonQueryAsync();

        var lengths = new List<int>();
        string? cursor = null;
        do
        {
            using var response = await api.Client.GetAsync($"/api/v1/conversations/{id}/messages{(cursor is null ? "" : $"?cursor={cursor}")}");
            var bytes = await response.Content.ReadAsByteArrayAsync();
            Assert.InRange(bytes.Length, 1, PageBuffer.FullBytes + Large + 10_000);
            var page = (Page<MessageView>)JsonSerializer.Deserialize(bytes, typeof(Page<MessageView>), ApiJson.Default)!;
            lengths.AddRange(page.Items.Select(m => m.Content.Length));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        Assert.Equal(["Good day".Length, .. Enumerable.Range(1, 10).Select(n => n % 4 == 3 ? "small".Length : Large)], lengths);
    }

    private static string Bounded(string text) => MailText.Cut(text, 300);

    private static async Task<Page<T>> RoundTripAsync<T>(ApiServer api, string path)
    {
        using var response = await api.Client.GetAsync(path);
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        var bytes = await response.Content.ReadAsByteArrayAsync();
        var page = (Page<T>)JsonSerializer.Deserialize(bytes, typeof(Page<T>), ApiJson.Default)!;
        Assert.Equal(JsonSerializer.Serialize(page, typeof(Page<T>), ApiJson.Default), Encoding.UTF8.GetString(bytes));
        return page;
    }

    private static async Task InsertAsync(ApiServer api, Guid id, string one, string other, string third)
    {
        await using var command = api.Database.CreateCommand("""
            WITH c AS (INSERT INTO conversations (id, lead_name, subject, status, last_message_at) VALUES ($1, $3, $2, 'waiting', now()) RETURNING id)
            INSERT INTO conversation_messages (id, conversation_id, direction, subject, content, html_content, sender_name, sent_at, message_id, content_hash, headers)
            SELECT gen_random_uuid(), id, 'inbound', $2, $3, $4, $3, now(), id::text, sha256(''), jsonb_build_array(jsonb_build_object('name', 'x', 'value', $3)) FROM c
            """);
        foreach (object value in new object[] { id, Bounded(one), other, third })
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync();
    }
}
