using System.Net;
using System.Text.Json;
using ConversationApi.Conversations;
using ConversationData.Conversations;
using MailForTests;
using PostgresForTests;

namespace ConversationApi.Tests.Conversations;

public sealed class ListTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Pages_of_every_list_hold_every_conversation_once_and_in_order()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        await api.Client.PostLinesAsync(GeneratedMail.Create(300, seed: 3, repliesPerThread: 1).Mails.Select(m => m.Json));
        await using (var some = api.Database.CreateCommand("""
            UPDATE conversations SET status = CASE WHEN n % 3 = 0 THEN 'waiting' WHEN n % 3 = 1 THEN 'archived' ELSE 'needs_reply' END::conversation_status,
                archived_at = CASE WHEN n % 3 = 1 THEN now() END, lead_id = n % 5
            FROM (SELECT id AS i, row_number() OVER () AS n FROM conversations) x WHERE i = id
            """))
            await some.ExecuteNonQueryAsync();

        await using (var suggest = api.Database.CreateCommand("""
            INSERT INTO ai_suggestions (id, conversation_id, in_reply_to_message_id, suggested_content, model_used, status)
            SELECT gen_random_uuid(), conversation_id, id, '', 'x', CASE WHEN n % 4 < 2 THEN 'pending' ELSE 'rejected' END::suggestion_status
            FROM (SELECT *, row_number() OVER () AS n FROM conversation_messages) m WHERE n % 2 = 0
            """))
            await suggest.ExecuteNonQueryAsync();
        await using (var link = api.Database.CreateCommand("""
            INSERT INTO conversation_links (conversation_id, linked_conversation_id, resolved_at)
            SELECT least(id, other), greatest(id, other), CASE WHEN n % 3 = 0 THEN now() END
            FROM (SELECT id, lead(id) OVER (ORDER BY id) AS other, row_number() OVER (ORDER BY id) AS n FROM conversations) c WHERE n % 4 = 0 AND other IS NOT NULL
            """))
            await link.ExecuteNonQueryAsync();
        const string Linked = "EXISTS (SELECT FROM conversation_links l WHERE l.resolved_at IS NULL AND (l.conversation_id = conversations.id OR l.linked_conversation_id = conversations.id))";
        const string Pending = "EXISTS (SELECT FROM ai_suggestions s WHERE s.conversation_id = conversations.id AND s.status = 'pending')";

        foreach (var sort in new[] { ("lastMessageAt", "last_message_at"), ("createdAt", "created_at"), ("messageCount", "message_count") })
        {
            foreach (var (filter, condition) in new[]
                {
                    ("", "true"), ("&status=waiting", "status = 'waiting'"), ("&status=active", "status = 'active'"), ("&leadId=3", "lead_id = 3"),
                    ("&status=archived&leadId=1", "status = 'archived' AND lead_id = 1"), ("&leadEmail=Sender7@people.example", "lead_email = 'sender7@people.example'"),
                    ("&q=WORD1", "subject ILIKE '%word1%'"), ("&q=100%25", "false"), ("&q=Question_1", "false"),
                    ("&hasPendingSuggestion=true", Pending), ("&hasPendingSuggestion=false", $"NOT {Pending}"), ("&status=waiting&hasPendingSuggestion=true", $"status = 'waiting' AND {Pending}"),
                    ("&linked=true", Linked), ("&linked=false", $"NOT {Linked}"), ("&status=archived&linked=true", $"status = 'archived' AND {Linked}"),
                    ("&linked=true&hasPendingSuggestion=true", $"{Linked} AND {Pending}"), ("&linked=false&hasPendingSuggestion=true", $"NOT {Linked} AND {Pending}"),
                    ("&leadId=3&hasPendingSuggestion=false", $"lead_id = 3 AND NOT {Pending}"),
                })
            {
                var expected = await api.ScalarAsync<Guid[]>($"SELECT coalesce(array_agg(id ORDER BY {sort.Item2} DESC, id DESC), '{{}}') FROM conversations WHERE {condition}");
                Assert.Equal(expected, await WalkAsync(api, $"/api/v1/conversations?limit=7&sort={sort.Item1}{filter}"));
            }
        }
    }

    [Theory]
    [InlineData("status=open", "status")]
    [InlineData("sort=subject", "sort")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("limit=x", "limit")]
    [InlineData("leadId=x", "leadId")]
    [InlineData("q=ab", "q")]
    [InlineData("hasPendingSuggestion=maybe", "hasPendingSuggestion")]
    [InlineData("linked=yes", "linked")]
    [InlineData("cursor=x", "cursor")]
    [InlineData("cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "cursor")]
    [InlineData("cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA_", "cursor")]
    public async Task A_wrong_parameter_is_named(string query, string parameter)
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        var problem = await api.Client.GetJsonAsync($"/api/v1/conversations?{query}", HttpStatusCode.BadRequest);
        Assert.Equal("urn:conversation-platform:problem:invalid-request", problem.GetProperty("type").GetString());
        Assert.True(problem.GetProperty("errors").TryGetProperty(parameter, out _));
    }

    [Fact]
    public async Task The_inbox_reads_an_ordered_index_and_stops_at_the_limit()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        await using (var many = api.Database.CreateCommand("""
            INSERT INTO conversations (id, subject, status, last_message_at, message_count)
            SELECT gen_random_uuid(), 'Subject ' || n, (ARRAY['needs_reply', 'waiting', 'active']::conversation_status[])[1 + n % 3], now() - n * interval '1 minute', n % 50
            FROM generate_series(1, 20000) n
            """))
            await many.ExecuteNonQueryAsync();
        await using (var analyze = api.Database.CreateCommand("ANALYZE conversations"))
            await analyze.ExecuteNonQueryAsync();

        foreach (var (sort, index) in new[] { (ConversationSort.LastMessageAt, "last_message"), (ConversationSort.MessageCount, "message_count"), (ConversationSort.CreatedAt, "id") })
        {
            await using var explain = new ConversationListQuery(ConversationStatus.NeedsReply, null, null, null, null, null, sort, null, Limit: 50).ToCommand(api.Database);
            explain.CommandText = $"EXPLAIN (ANALYZE, FORMAT JSON) {explain.CommandText}";
            using var plan = JsonDocument.Parse((string)(await explain.ExecuteScalarAsync())!);
            var limit = plan.RootElement[0].GetProperty("Plan");
            var scan = Assert.Single(limit.GetProperty("Plans").EnumerateArray());
            Assert.Equal("Limit", limit.GetProperty("Node Type").GetString());
            Assert.Equal("Index Scan", scan.GetProperty("Node Type").GetString());
            Assert.Equal($"ix_conversations_status_{index}", scan.GetProperty("Index Name").GetString());
            Assert.Equal(51, scan.GetProperty("Actual Rows").GetDouble());
        }
    }

    [Theory]
    [InlineData(null, ConversationSort.LastMessageAt)]
    [InlineData(null, ConversationSort.MessageCount)]
    [InlineData(null, ConversationSort.CreatedAt)]
    [InlineData(ConversationStatus.NeedsReply, ConversationSort.LastMessageAt)]
    [InlineData(ConversationStatus.Active, ConversationSort.LastMessageAt)]
    public async Task A_page_of_conversations_with_a_draft_to_decide_about_reads_no_more_of_them_than_it_shows(object? status, object sort)
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        await using (var many = api.Database.CreateCommand("""
            INSERT INTO conversations (id, subject, status, last_message_at)
            SELECT gen_random_uuid(), 'Subject ' || n, (ARRAY['needs_reply', 'waiting', 'active']::conversation_status[])[1 + n % 3], now() - n * interval '1 minute' FROM generate_series(1, 20000) n;
            INSERT INTO conversation_messages (id, conversation_id, direction, subject, content, sent_at, message_id, content_hash)
            SELECT gen_random_uuid(), id, 'inbound', '', '', last_message_at, id::text, sha256(id::text::bytea) FROM conversations WHERE status = 'needs_reply';
            INSERT INTO ai_suggestions (id, conversation_id, in_reply_to_message_id, suggested_content, model_used, status)
            SELECT gen_random_uuid(), conversation_id, id, '', 'x', CASE WHEN n % 2 = 0 THEN 'pending' ELSE 'rejected' END::suggestion_status FROM (SELECT *, row_number() OVER () AS n FROM conversation_messages) m
            """))
            await many.ExecuteNonQueryAsync();
        await using (var analyze = api.Database.CreateCommand("VACUUM ANALYZE"))
            await analyze.ExecuteNonQueryAsync();

        await using var explain = new ConversationListQuery((ConversationStatus?)status, null, null, null, HasPendingSuggestion: true, null, (ConversationSort)sort, null, Limit: 50).ToCommand(api.Database);
        explain.CommandText = $"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {explain.CommandText}";
        using var plan = JsonDocument.Parse((string)(await explain.ExecuteScalarAsync())!);
        var root = plan.RootElement[0].GetProperty("Plan");
        Assert.Contains("ix_conversations_pending_", root.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan", root.ToString(), StringComparison.Ordinal);
        Assert.InRange(root.GetProperty("Shared Hit Blocks").GetInt32() + root.GetProperty("Shared Read Blocks").GetInt32(), 1, 200);
    }

    [Fact]
    public async Task Drafts_that_wait_are_counted_through_all_that_can_become_of_them()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server);
        await api.Client.PostLinesAsync([MailJson.Of("a@x"), MailJson.Of("b@x"), MailJson.Of("b2@x", "<b@x>"), MailJson.Of("c@x")]);
        foreach (var (change, counts) in new[]
            {
                ("INSERT INTO ai_suggestions (id, conversation_id, in_reply_to_message_id, suggested_content, model_used) SELECT gen_random_uuid(), conversation_id, id, '', 'x' FROM conversation_messages", "1 2 1"),
                ("UPDATE ai_suggestions SET user_feedback = 'x', status = status", "1 2 1"),
                ("UPDATE ai_suggestions s SET status = 'rejected' FROM conversation_messages m WHERE m.id = in_reply_to_message_id AND message_id = 'b@x'", "1 1 1"),
                ("UPDATE ai_suggestions SET status = 'pending'", "1 2 1"),
                ("DELETE FROM conversation_messages WHERE message_id = 'c@x'", "1 2 0"),
                ("UPDATE ai_suggestions SET conversation_id = (SELECT id FROM conversations WHERE message_count = 2)", "0 3 0"),
                ("DELETE FROM conversations WHERE message_count = 2", "0 0"),
            })
        {
            await using (var command = api.Database.CreateCommand(change))
                await command.ExecuteNonQueryAsync();
            Assert.Equal(counts, await api.ScalarAsync<string>("SELECT string_agg(pending_suggestions::text, ' ' ORDER BY (SELECT min(reference) FROM message_references r WHERE r.conversation_id = c.id)) FROM conversations c"));
        }

        Assert.Equal(0, await api.ScalarAsync<long>("SELECT count(*) FROM history.row_versions WHERE old_row ? 'pending_suggestions'"));
    }

    private static async Task<Guid[]> WalkAsync(ApiServer api, string list)
    {
        var ids = new List<Guid>();
        string? cursor = null;
        do
        {
            var page = await api.Client.GetJsonAsync(list + (cursor is null ? "" : $"&cursor={cursor}"));
            ids.AddRange(page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetGuid()));
            Assert.InRange(page.GetProperty("items").GetArrayLength(), cursor is null ? 0 : 1, 7);
            cursor = page.GetProperty("nextCursor") is { ValueKind: JsonValueKind.String } next ? next.GetString() : null;
        }
        while (cursor is not null);
        return [.. ids];
    }
}
