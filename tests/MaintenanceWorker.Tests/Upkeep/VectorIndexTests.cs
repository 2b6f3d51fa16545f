using System.Net;
using System.Text.Json;
using MailForTests;
using Npgsql;
using PostgresForTests;

namespace MaintenanceWorker.Tests.Upkeep;

public sealed class VectorIndexTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Each_model_gets_an_index_the_current_ones_has_the_known_name_and_what_is_left_over_goes()
    {
        var database = await MigratedDatabase.CreateAsync(postgres.Server);
        await WatchedDatabase.ExecuteAsync(database, """
            INSERT INTO embedding_models (id, name, dimensions, is_local, is_current, retired_at) VALUES (1, 'old', 8, true, true, NULL), (2, 'new', 12, true, false, NULL), (3, 'gone', 8, true, false, now()), (4, 'small', 8, true, false, NULL);
            INSERT INTO conversations (id, subject, status, last_message_at) VALUES ('00000000-0000-0000-0000-000000000001', '', 'waiting', now());
            INSERT INTO conversation_messages (id, conversation_id, direction, subject, content, sent_at, message_id, content_hash)
                SELECT gen_random_uuid(), '00000000-0000-0000-0000-000000000001', 'inbound', '', '', now(), n::text, sha256(n::text::bytea) FROM generate_series(1, 300) n;
            INSERT INTO message_embeddings SELECT m.id, e.id, m.conversation_id, (SELECT array_agg(random() + 0.01 + 0 * (g + length(m.message_id))) FROM generate_series(1, e.dimensions) g)::real[]::halfvec
                FROM embedding_models e, conversation_messages m WHERE e.id < 4 OR m.message_id::int <= 20;
            CREATE INDEX left_over ON message_embeddings USING hnsw ((embedding::halfvec(8)) halfvec_cosine_ops) WHERE model_id = 3;
            """);
        // An index that was not completed, as a build that was cut leaves it.
        await WatchedDatabase.ExecuteAsync(database, "CREATE INDEX ix_messages_embedding_cosine_2 ON message_embeddings USING hnsw ((embedding::halfvec(12)) halfvec_cosine_ops) WHERE model_id = 2");
        await WatchedDatabase.ExecuteAsync(database, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_messages_embedding_cosine_2'::regclass");
        await using var worker = WorkerServer.Start(MigratedDatabase.As(database, "maintenance"));

        Assert.Equal(4, (await RunAsync(worker, dryRun: true)).GetArrayLength());
        Assert.Equal(4, (await RunAsync(worker)).GetArrayLength());
        Assert.Equal(["ix_messages_embedding_cosine 1", "ix_messages_embedding_cosine_2 2"], await IndexesAsync(database));
        Assert.Equal(0, (await RunAsync(worker)).GetArrayLength());

        await WatchedDatabase.ExecuteAsync(database, "UPDATE embedding_models SET is_current = false, retired_at = now() WHERE id = 1; UPDATE embedding_models SET is_current = true WHERE id = 2");
        await RunAsync(worker);
        Assert.Equal(["ix_messages_embedding_cosine 2"], await IndexesAsync(database));
        var plan = await PlanAsync(database, "EXPLAIN SELECT message_id FROM message_embeddings WHERE model_id = 2 ORDER BY embedding::halfvec(12) <=> '[1,2,3,4,5,6,7,8,9,10,11,12]'::halfvec(12) LIMIT 5");
        Assert.Contains("ix_messages_embedding_cosine", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_index_that_another_session_is_building_is_left_to_it()
    {
        var database = await MigratedDatabase.CreateAsync(postgres.Server);
        await WatchedDatabase.ExecuteAsync(database, """
            INSERT INTO embedding_models (id, name, dimensions, is_local, is_current) VALUES (1, 'only', 3, true, true);
            INSERT INTO conversations (id, subject, status, last_message_at) VALUES ('00000000-0000-0000-0000-000000000001', '', 'waiting', now());
            INSERT INTO conversation_messages (id, conversation_id, direction, subject, content, sent_at, message_id, content_hash)
                VALUES ('00000000-0000-0000-0000-000000000002', '00000000-0000-0000-0000-000000000001', 'inbound', '', '', now(), '1', sha256('1'));
            INSERT INTO message_embeddings SELECT id, 1, conversation_id, '[1,2,3]' FROM conversation_messages;
            """);
        await using var worker = WorkerServer.Start(MigratedDatabase.As(database, "maintenance"));
        Task building;
        await using (await LockedTable.HoldAsync(database, "message_embeddings", "ROW EXCLUSIVE"))
        {
            building = WatchedDatabase.ExecuteAsync(database, "CREATE INDEX CONCURRENTLY ix_messages_embedding_cosine_1 ON message_embeddings USING hnsw ((embedding::halfvec(3)) halfvec_cosine_ops) WHERE model_id = 1");
            while (await WatchedDatabase.NumberAsync(database, "SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('ix_messages_embedding_cosine_1') AND NOT indisvalid") == 0 && !building.IsCompleted)
                await Task.Delay(20);
            Assert.Equal(0, (await RunAsync(worker, least: 1)).GetArrayLength());
        }

        await building;
        Assert.Equal(0, (await RunAsync(worker, least: 1)).GetArrayLength());
        Assert.Equal(["ix_messages_embedding_cosine 1"], await IndexesAsync(database));
    }

    private static async Task<JsonElement> RunAsync(WorkerServer worker, bool dryRun = false, int least = 100)
    {
        var arguments = new Dictionary<string, string> { ["minimum-vectors"] = $"{least}", ["memory"] = "64" };
        var run = await worker.Client.PostOperationAsync("build-vector-index", arguments, dryRun: dryRun, expected: HttpStatusCode.Accepted);
        return (await worker.Client.WaitForRunAsync(run, "succeeded")).GetProperty("result");
    }

    private static async Task<List<string>> IndexesAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand("""
            SELECT c.relname || ' ' || (regexp_match(pg_get_expr(i.indpred, i.indrelid), '[0-9]+'))[1] FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
            WHERE a.amname = 'hnsw' AND i.indisvalid ORDER BY 1
            """);
        await using var reader = await command.ExecuteReaderAsync();
        var names = new List<string>();
        while (await reader.ReadAsync())
            names.Add(reader.GetString(0));
        return names;
    }

    private static async Task<string> PlanAsync(string database, string sql)
    {
        await using var connection = await WatchedDatabase.OpenAsync(database);
        await using (var only = new NpgsqlCommand("SET enable_seqscan = off; SET enable_sort = off; SET enable_bitmapscan = off", connection))
            await only.ExecuteNonQueryAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
            lines.Add(reader.GetString(0));
        return string.Join('\n', lines);
    }
}
