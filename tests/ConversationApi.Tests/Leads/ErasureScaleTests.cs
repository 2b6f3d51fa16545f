using ConversationApi.Leads;
using MailForTests;
using Npgsql;
using PostgresForTests;

namespace ConversationApi.Tests.Leads;

/// <summary>What is held of a lead is found by indexes, however much is held of others. On a server of its own: transactions that take long hold back the events of others.</summary>
public sealed class ErasureScaleTests
{
    private const string Lead = "lead77@example.org";

    // As in a system that has been used for a while: mail of many leads, some of them gone, each message in a vector, an event and the words.
    private const string Fill = """
        INSERT INTO conversations (id, lead_email, subject, status, message_count, last_message_at)
        SELECT gen_random_uuid(), 'lead' || n || '@example.org', 'Subject ' || n, 'needs_reply', 2, now() FROM generate_series(1, 15000) n;
        INSERT INTO conversation_messages (id, conversation_id, direction, subject, content, sent_at, sender_email, recipient_email, message_id, content_hash, headers, addresses)
        SELECT gen_random_uuid(), c.id, 'inbound', c.subject, repeat('word ', 20), now(), c.lead_email, 'desk@platform.example', c.id || '-' || m || '@example.org', sha256((c.id::text || m)::bytea), h,
            CASE m WHEN 1 THEN ops.addresses_in(c.lead_email, 'desk@platform.example', h) END
        FROM conversations c CROSS JOIN generate_series(1, 2) m
            CROSS JOIN LATERAL (SELECT jsonb_build_array(jsonb_build_object('name', 'Cc', 'value', 'Copy <copy-' || c.lead_email || '>'))) a (h);
        INSERT INTO embedding_models (name, dimensions, is_current) VALUES ('m', 3, true);
        INSERT INTO embedding_model_terms (model_id, term, weight, embedding) SELECT (SELECT max(id) FROM embedding_models), 'term' || n, 1, '[1,2,3]' FROM generate_series(1, 15000) n;
        INSERT INTO search_terms (term, documents) SELECT 'term' || n, 1 FROM generate_series(1, 15000) n;
        INSERT INTO message_embeddings (message_id, model_id, conversation_id, embedding) SELECT id, (SELECT max(id) FROM embedding_models), conversation_id, '[1,2,3]' FROM conversation_messages;
        INSERT INTO message_search (message_id, conversation_id, sent_at, length, terms) SELECT id, conversation_id, sent_at, 20, to_tsvector('simple', content || ' ' || sender_email) FROM conversation_messages;
        INSERT INTO message_work (message_id, kind, conversation_id, not_before) SELECT id, 'suggest', conversation_id, 'infinity' FROM conversation_messages;
        INSERT INTO conversation_events (kind, conversation_id, message_id) SELECT 'new_reply', conversation_id, id FROM conversation_messages;
        INSERT INTO ai_suggestions (id, conversation_id, in_reply_to_message_id, suggested_content, model_used) SELECT gen_random_uuid(), conversation_id, id, 'a draft', 'm' FROM conversation_messages;
        INSERT INTO message_references (reference, conversation_id) SELECT message_id, conversation_id FROM conversation_messages;
        INSERT INTO inbound_set_aside (id, source, fingerprint, problem_type, reason, body, body_length, addresses)
        SELECT gen_random_uuid(), 'gmail', sha256(n::text::bytea), 'p', 'r', 'x', 1, ARRAY['lead' || n || '@example.org'] FROM generate_series(1, 15000) n;
        INSERT INTO idempotency_keys (owner, key, request_hash, resource, created_at) SELECT 'o', id::text, sha256('x'), id, now() - interval '1 day' FROM conversations;
        DELETE FROM conversations WHERE lead_email > 'lead8';
        UPDATE conversations SET lead_name = 'changed';
        UPDATE conversation_messages SET headers = headers || '{"name": "Cc", "value": "Lead <lead77@example.org>"}', addresses = addresses || ARRAY['lead77@example.org']
            WHERE sender_email IN ('lead5@example.org', 'lead6@example.org');
        UPDATE conversation_messages SET sender_email = 'lead77@example.org', addresses = NULL WHERE sender_email = 'lead7@example.org';
        ANALYZE
        """;

    private const string ReadWhole = """
        SELECT coalesce(string_agg(schemaname || '.' || relname || ': ' || seq_tup_read, ', '), '') FROM pg_stat_xact_all_tables
        WHERE schemaname IN ('public', 'ops', 'history') AND seq_tup_read > 1000 AND relname <> $1
        """;

    [Fact]
    public async Task Neither_an_erasure_nor_an_export_reads_a_table_from_one_end_to_the_other()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var source = NpgsqlDataSource.Create(await MigratedDatabase.CreateAsync(server));
        await using var filling = await source.OpenConnectionAsync();
        await ScalarAsync(filling, Fill);
        // Another session: the counters are of this one.
        await using var connection = await source.OpenConnectionAsync();
        await using (var export = await connection.BeginTransactionAsync())
        {
            foreach (var (name, sql) in LeadSql.Export)
                Assert.True(await ScalarAsync(connection, $"WITH e AS ({sql.Replace("$1", $"'{Lead}'", StringComparison.Ordinal)}) SELECT count(*)::text FROM e") != "0", name);
            // Answers to requests have no index by what they say, and nobody waits for an export.
            Assert.Equal("", await ScalarAsync(connection, ReadWhole, "idempotency_keys"));
        }

        await using (var erasure = await connection.BeginTransactionAsync())
        {
            var counts = await ScalarAsync(connection, LeadSql.Erase, Lead, "somebody", Guid.NewGuid());
            Assert.Contains("\"messagesElsewhere\": 6", counts, StringComparison.Ordinal);
            // Answers to requests are looked through before anybody has to wait.
            Assert.Equal("", await ScalarAsync(connection, ReadWhole, "idempotency_keys"));
            await erasure.CommitAsync();
        }

        Assert.Equal("0", await ScalarAsync(connection, $"SELECT count(*)::text FROM conversation_messages m WHERE m::text LIKE '%{Lead}%'"));
        Assert.Equal("0", await ScalarAsync(connection, $"SELECT count(*)::text FROM history.row_versions v WHERE v::text LIKE '%{Lead}%'"));
    }

    [Fact]
    public async Task What_takes_long_is_looked_for_before_ingestion_has_to_wait()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var source = NpgsqlDataSource.Create(await MigratedDatabase.CreateAsync(server));
        await using var other = await source.OpenConnectionAsync();
        await using var held = await other.BeginTransactionAsync();
        await ScalarAsync(other, "LOCK TABLE idempotency_keys IN ACCESS EXCLUSIVE MODE");
        await using var connection = await source.OpenConnectionAsync();
        var erasing = ScalarAsync(connection, LeadSql.Erase, Lead, "somebody", Guid.NewGuid());
        while (await ScalarAsync(other, "SELECT count(*)::text FROM pg_locks WHERE NOT granted AND relation = 'idempotency_keys'::regclass") == "0")
            await Task.Delay(10);
        Assert.Equal("true", await ScalarAsync(other, "SELECT pg_try_advisory_xact_lock_shared(7308332045190688768)::text"));
        await held.RollbackAsync();
        await erasing;
    }

    private static async Task<string> ScalarAsync(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 300 };
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await command.ExecuteScalarAsync() as string ?? "";
    }
}
