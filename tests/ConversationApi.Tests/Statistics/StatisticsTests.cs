using System.Text.Json;
using System.Text.RegularExpressions;
using ConversationData.Queries;
using Npgsql;
using PostgresForTests;

namespace ConversationApi.Tests.Statistics;

public sealed class StatisticsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Of_nothing_nothing_is_said()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        var figures = await api.Client.GetJsonAsync("/api/v1/stats");
        Assert.Equal(0, figures.GetProperty("conversations").GetProperty("needsReply").GetInt64());
        Assert.Equal((0L, JsonValueKind.Null, JsonValueKind.Null), (figures.GetProperty("responseTime").GetProperty("answered").GetInt64(),
            figures.GetProperty("responseTime").GetProperty("medianSeconds").ValueKind, figures.GetProperty("responseTime").GetProperty("meanSeconds").ValueKind));
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (figures.GetProperty("suggestions").GetProperty("acceptance").ValueKind, figures.GetProperty("oldestWaiting").ValueKind));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Every_figure_is_what_counting_row_by_row_gives(int seed)
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        await FillAsync(api, seed);
        var figures = await api.Client.GetJsonAsync("/api/v1/stats");
        var expected = await ExpectAsync(api, figures.GetProperty("since").GetDateTime(), figures.GetProperty("asOf").GetDateTime());
        Assert.True(expected.GetProperty("responseTime").GetProperty("answered").GetInt64() > 10, "The data says nothing.");
        foreach (var group in expected.EnumerateObject())
            foreach (var figure in group.Value.EnumerateObject())
                AssertEqual(figure.Value, figures.GetProperty(group.Name).GetProperty(figure.Name), $"{group.Name}.{figure.Name}");
    }

    [Fact]
    public async Task The_same_answer_is_given_for_a_while_and_says_from_when_it_is()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, ("Statistics:CacheFor", "00:00:02"));
        var first = await api.Client.GetJsonAsync("/api/v1/stats");
        await api.Client.PostLinesAsync([MailJson.Of("a@x")]);
        Assert.Equal(first.ToString(), (await api.Client.GetJsonAsync("/api/v1/stats")).ToString());
        await Task.Delay(TimeSpan.FromSeconds(2.2));
        Assert.Equal(1, (await api.Client.GetJsonAsync("/api/v1/stats")).GetProperty("conversations").GetProperty("needsReply").GetInt64());
    }

    [Fact]
    public async Task What_grows_for_ever_is_read_by_an_index_and_not_as_a_whole()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        await using (var many = api.Database.CreateCommand("""
            INSERT INTO conversations (id, lead_email, lead_name, subject, status, last_message_at)
            SELECT gen_random_uuid(), 'lead' || n || '@people.example', 'The name of lead ' || n, repeat('subject ', 20), (ARRAY['needs_reply', 'waiting', 'active']::conversation_status[])[1 + n % 3], now() - n * interval '5 minutes' FROM generate_series(1, 30000) n;
            INSERT INTO conversation_messages (id, conversation_id, direction, subject, content, sent_at, message_id, content_hash, delivery_status)
            SELECT gen_random_uuid(), c.id, CASE WHEN k = 1 THEN 'inbound' ELSE 'outbound' END::message_direction, 's', repeat('word ', 50), last_message_at + k * interval '1 hour', c.id || '-' || k,
                sha256((c.id || '-' || k)::bytea), CASE WHEN k = 2 THEN 'sent'::delivery_status END FROM conversations c, generate_series(1, 2) k;
            INSERT INTO ai_suggestions (id, conversation_id, in_reply_to_message_id, suggested_content, model_used, status, approved_at, updated_at)
            SELECT gen_random_uuid(), conversation_id, id, repeat('word ', 50), 'x', CASE WHEN n % 50 = 0 THEN 'pending' WHEN n % 2 = 0 THEN 'approved' ELSE 'rejected' END::suggestion_status,
                CASE WHEN n % 2 = 0 AND n % 50 <> 0 THEN sent_at END, sent_at FROM (SELECT *, row_number() OVER () AS n FROM conversation_messages WHERE direction = 'inbound') m
            """))
            await many.ExecuteNonQueryAsync();
        await using (var vacuum = api.Database.CreateCommand("VACUUM ANALYZE"))
            await vacuum.ExecuteNonQueryAsync();

        foreach (var (sql, index) in new[]
            {
                (StatisticsSql.Messages, "ix_conversation_messages_sent_at"), (StatisticsSql.Decided, "ix_ai_suggestions_decided"),
                (StatisticsSql.Pending, "[iu]x_ai_suggestions_pending"), (StatisticsSql.Oldest, "ix_conversations_status_last_message"),
            })
        {
            await using var explain = api.Database.CreateCommand($"EXPLAIN {sql}");
            if (sql.Contains("$1", StringComparison.Ordinal))
                explain.Parameters.AddRange((NpgsqlParameter[])[new() { Value = DateTime.UtcNow.AddDays(-7) }, new() { Value = DateTime.UtcNow }]);
            await using var row = await explain.ExecuteReaderAsync();
            var plan = "";
            while (await row.ReadAsync())
                plan += row.GetString(0) + "\n";
            Assert.True(Regex.IsMatch(plan, $"using {index} ") && !plan.Contains("Seq Scan", StringComparison.Ordinal), plan);
        }
    }

    private static void AssertEqual(JsonElement expected, JsonElement actual, string name)
    {
        if (expected.ValueKind == JsonValueKind.Number)
            Assert.True(Math.Abs(expected.GetDouble() - actual.GetDouble()) < 1e-3, $"{name}: {actual} instead of {expected}");
        else
            Assert.True(expected.ToString() == actual.ToString(), $"{name}: {actual} instead of {expected}");
    }

    /// <summary>The oracle: everything read and counted here, one row after the other.</summary>
    private static async Task<JsonElement> ExpectAsync(ApiServer api, DateTime since, DateTime until)
    {
        var mails = await RowsAsync(api, "SELECT conversation_id, direction::text, delivery_status::text, sent_at FROM conversation_messages",
            r => (Conversation: r.GetGuid(0), Inbound: r.GetString(1) == "inbound", Delivery: r.IsDBNull(2) ? null : r.GetString(2), At: r.GetDateTime(3)));
        var suggestions = await RowsAsync(api, "SELECT status::text, approved_at, updated_at FROM ai_suggestions",
            r => (Status: r.GetString(0), At: r.IsDBNull(1) ? r.GetDateTime(2) : r.GetDateTime(1)));
        var conversations = await RowsAsync(api, "SELECT status::text, id, last_message_at FROM conversations", r => (Status: r.GetString(0), Id: r.GetGuid(1), At: r.GetDateTime(2)));
        var received = mails.Where(m => m.Inbound && m.At >= since && m.At <= until).ToList();
        var sent = mails.Where(m => !m.Inbound && m.Delivery == "sent" && m.At >= since && m.At <= until).ToList();
        var waits = received.Select(m => sent.Where(s => s.Conversation == m.Conversation && s.At >= m.At).Select(s => (double?)(s.At - m.At).TotalSeconds).Min()).OfType<double>().Order().ToList();
        var decided = suggestions.Where(s => s.Status != "pending" && s.At >= since && s.At <= until).ToList();
        int Of(string status) => decided.Count(s => s.Status == status);
        var oldest = conversations.Where(c => c.Status == "needs_reply").OrderBy(c => c.At).First();
        return JsonSerializer.SerializeToElement(new
        {
            conversations = new
            {
                active = conversations.Count(c => c.Status == "active"), needsReply = conversations.Count(c => c.Status == "needs_reply"),
                waiting = conversations.Count(c => c.Status == "waiting"), archived = conversations.Count(c => c.Status == "archived"),
            },
            messages = new { received = received.Count, sent = sent.Count },
            responseTime = new { answered = waits.Count, medianSeconds = (waits[(waits.Count - 1) / 2] + waits[waits.Count / 2]) / 2, meanSeconds = waits.Average() },
            suggestions = new
            {
                pending = suggestions.Count(s => s.Status == "pending"), approved = Of("approved"), edited = Of("edited"), rejected = Of("rejected"),
                acceptance = (double)(Of("approved") + Of("edited")) / decided.Count,
            },
            oldestWaiting = new { conversationId = oldest.Id },
        });
    }

    private static async Task FillAsync(ApiServer api, int seed)
    {
        await using var connection = await api.Database.OpenConnectionAsync();
        await using var fill = new NpgsqlCommand($"""
            SELECT setseed(0.{seed});
            INSERT INTO conversations (id, subject, status, last_message_at, archived_at)
            SELECT gen_random_uuid(), 's', s, now() - random() * interval '60 days', CASE WHEN s = 'archived' THEN now() END
            FROM (SELECT (ARRAY['needs_reply', 'waiting', 'active', 'archived']::conversation_status[])[1 + floor(random() * 4)] AS s FROM generate_series(1, 80)) x;
            INSERT INTO conversation_messages (id, conversation_id, direction, subject, content, sent_at, message_id, content_hash, delivery_status)
            SELECT gen_random_uuid(), id, d, 's', 'c', now() - random() * interval '14 days', n::text, sha256(n::text::bytea),
                CASE WHEN d = 'outbound' THEN (ARRAY['sent', 'sent', 'queued', 'failed']::delivery_status[])[1 + floor(random() * 4)] END
            FROM (SELECT c.id, row_number() OVER () AS n, (ARRAY['inbound', 'outbound']::message_direction[])[1 + floor(random() * 2)] AS d FROM conversations c, generate_series(1, 6)) x;
            INSERT INTO ai_suggestions (id, conversation_id, in_reply_to_message_id, suggested_content, edited_content, model_used, status, approved_at, updated_at)
            SELECT gen_random_uuid(), conversation_id, id, 'c', CASE WHEN s = 'edited' THEN 'e' END, 'x', s, CASE WHEN s IN ('approved', 'edited') THEN t END, t
            FROM (SELECT conversation_id, id, now() - random() * interval '14 days' AS t,
                (ARRAY['pending', 'approved', 'edited', 'rejected']::suggestion_status[])[1 + floor(random() * 4)] AS s FROM conversation_messages WHERE direction = 'inbound') x
            """, connection);
        await fill.ExecuteNonQueryAsync();
    }

    private static async Task<List<T>> RowsAsync<T>(ApiServer api, string sql, Func<NpgsqlDataReader, T> read)
    {
        await using var command = api.Database.CreateCommand(sql);
        await using var row = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await row.ReadAsync())
            rows.Add(read(row));
        return rows;
    }
}
