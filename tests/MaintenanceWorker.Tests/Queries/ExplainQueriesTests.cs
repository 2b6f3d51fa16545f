using System.Net;
using System.Text.Json;
using ConversationData.Queries;
using PostgresForTests;

namespace MaintenanceWorker.Tests.Queries;

/// <summary>The plans of the hot queries on a database that is not small.</summary>
public sealed class ExplainQueriesTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const int Rows = 20_000;
    private const string VectorIndex = "ix_messages_embedding_cosine";

    // Two in three conversations are archived, three messages in four are of them: as in a system that has been used for a while.
    private static readonly string _fill = $"""
        INSERT INTO conversations (id, lead_email, subject, status, message_count, last_message_at, archived_at)
        SELECT gen_random_uuid(), 'lead' || n || '@example.org', 'Subject ' || n, s.status, n % 9, now() - n * interval '1 minute', CASE WHEN s.status = 'archived' THEN now() END
        FROM generate_series(1, {Rows}) n
        CROSS JOIN LATERAL (SELECT (ARRAY['active', 'needs_reply', 'waiting', 'archived', 'archived', 'archived', 'archived', 'archived', 'archived'])[1 + n % 9]::conversation_status AS status) s;
        INSERT INTO conversation_messages (id, conversation_id, direction, subject, content, sent_at, message_id, content_hash, postmark_message_id)
        SELECT gen_random_uuid(), c.id, 'inbound', c.subject, repeat('word ', 20), now() - m * interval '1 hour', c.id || '-' || m || '@example.org', sha256((c.id::text || m)::bytea), c.id || '-' || m
        FROM conversations c CROSS JOIN generate_series(1, 2) m;
        INSERT INTO message_references (reference, conversation_id) SELECT message_id, conversation_id FROM conversation_messages;
        INSERT INTO conversation_events (kind, conversation_id) SELECT 'status', id FROM conversations;
        INSERT INTO ops.api_keys (id, name, key_hash, scope) SELECT gen_random_uuid(), 'key ' || n, sha256(n::text::bytea), 'read' FROM generate_series(1, {Rows}) n;
        INSERT INTO ops.runs (id, operation, arguments, dry_run, state, requested_by, requested_through, started_at, finished_at)
        SELECT gen_random_uuid(), 'vacuum-analyze', jsonb_build_object(), false, 'succeeded', 'somebody', 'http', now(), now() FROM generate_series(1, {Rows});
        INSERT INTO ops.runs (id, operation, arguments, dry_run, state, requested_by, requested_through)
        SELECT gen_random_uuid(), 'vacuum-analyze', jsonb_build_object(), false, 'queued', 'somebody', 'http' FROM generate_series(1, 5);
        INSERT INTO message_search (message_id, conversation_id, sent_at, length, terms)
        SELECT id, conversation_id, sent_at, 3, array_to_tsvector(ARRAY['common', 'it''s\' || row_number() OVER () % 2000, 'term' || row_number() OVER () % 500]) FROM conversation_messages;
        INSERT INTO search_terms (term, documents) SELECT word, ndoc FROM ts_stat('SELECT terms FROM message_search');
        INSERT INTO embedding_models (name, dimensions, is_current) VALUES ('before', 2, false), ('m', 3, true);
        INSERT INTO message_embeddings (message_id, model_id, conversation_id, embedding)
        SELECT c.id, m.id, c.conversation_id, ARRAY[random() + 0.1, random(), random()]::real[]::halfvec FROM (SELECT * FROM conversation_messages LIMIT 12000) c CROSS JOIN embedding_models m WHERE m.is_current;
        ANALYZE;
        """;

    [Fact]
    public async Task Each_uses_its_index_and_one_that_is_gone_is_reported()
    {
        await using var worker = await StartFilledAsync();
        var plans = (await worker.Client.GetJsonAsync("/ops/explain-queries")).EnumerateArray().ToList();
        Assert.Equal([.. HotQueries.All.Select(query => query.Name), "run-claim"], plans.Select(plan => plan.GetProperty("query").GetString()!));
        Assert.All(plans, plan => Assert.True(
            plan.GetProperty("state").GetString() == "index used" && plan.GetProperty("wholeTables").GetArrayLength() == 0 && !plan.GetProperty("needsAttention").GetBoolean(), plan.ToString()));
        Assert.All(plans, plan => Assert.DoesNotContain("actual", plan.GetProperty("plan").GetString(), StringComparison.Ordinal));

        foreach (var plan in plans)
        {
            var index = plan.GetProperty("index").GetString()!;
            await ExecuteAsync(worker, $"""
                DO $$ BEGIN
                    EXECUTE coalesce((SELECT format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', conrelid::regclass, conname) FROM pg_constraint WHERE conindid = to_regclass('{index}') AND contype = 'p'), 'DROP INDEX IF EXISTS {index}');
                END $$
                """);
            var (response, without) = await ExplainAsync(worker, plan.GetProperty("query").GetString()!);
            Assert.Equal("true", response.Headers.GetValues("Needs-Attention").Single());
            Assert.True(without.GetProperty("state").GetString() == "index missing" && without.GetProperty("needsAttention").GetBoolean(), without.ToString());
        }

        var (_, whole) = await ExplainAsync(worker, "messages");
        Assert.Equal($"public.conversation_messages ({2 * Rows} rows)", whole.GetProperty("wholeTables").EnumerateArray().Single().GetString());
        Assert.Contains("Seq Scan on", whole.GetProperty("plan").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_search_is_explained_with_the_model_in_use_and_its_index_is_missed_only_where_there_is_much()
    {
        await using var worker = await StartFilledAsync();
        var (model, dimensions) = (await worker.ScalarAsync<int>("SELECT id FROM embedding_models WHERE is_current"), 3);
        var (_, search) = await ExplainAsync(worker, "search");
        Assert.Contains($"e.model_id = {model} ORDER BY e.embedding::halfvec({dimensions}) <=> ", search.GetProperty("sql").GetString(), StringComparison.Ordinal);

        // Until the name goes over to it, the index of a new model has its number.
        await ExecuteAsync(worker, $"ALTER INDEX {VectorIndex} RENAME TO {VectorIndex}_{model}");
        (_, search) = await ExplainAsync(worker, "search");
        Assert.True(search.GetProperty("state").GetString() == "index used" && !search.GetProperty("needsAttention").GetBoolean(), search.ToString());

        await ExecuteAsync(worker, $"DELETE FROM message_embeddings WHERE message_id NOT IN (SELECT message_id FROM message_embeddings LIMIT 10); DROP INDEX {VectorIndex}_{model}");
        // What other sessions have counted of their rows may come after an ANALYZE.
        for (var tries = 0; tries < 100 && search.GetProperty("state").GetString() != "table is small"; tries++)
        {
            await ExecuteAsync(worker, "ANALYZE message_embeddings");
            (_, search) = await ExplainAsync(worker, "search");
        }

        Assert.True(search.GetProperty("state").GetString() == "table is small" && !search.GetProperty("needsAttention").GetBoolean(), search.ToString());
        await ExecuteAsync(worker, "UPDATE embedding_models SET is_current = false");
        (_, search) = await ExplainAsync(worker, "search");
        Assert.True(search.GetProperty("state").GetString() == "no data yet" && !search.GetProperty("needsAttention").GetBoolean(), search.ToString());
    }

    [Fact]
    public async Task Analyze_runs_what_only_reads_and_changes_nothing()
    {
        await using var worker = await StartFilledAsync();
        var before = await worker.ScalarAsync<string>("SELECT md5(string_agg(r::text, '' ORDER BY id)) FROM ops.runs r");
        foreach (var plan in (await worker.Client.GetJsonAsync("/ops/explain-queries?analyze=true")).EnumerateArray())
        {
            var isRun = plan.GetProperty("query").GetString() != "run-claim";
            Assert.Equal(isRun, plan.GetProperty("plan").GetString()!.Contains("actual", StringComparison.Ordinal));
            Assert.Equal(isRun, plan.GetProperty("note").ValueKind == JsonValueKind.Null);
        }

        Assert.Equal(before, await worker.ScalarAsync<string>("SELECT md5(string_agg(r::text, '' ORDER BY id)) FROM ops.runs r"));
    }

    [Fact]
    public async Task A_database_that_is_small_or_empty_needs_no_attention_and_an_unknown_name_is_refused()
    {
        await using var worker = await WorkerServer.StartAsync(postgres.Server);
        using var response = await worker.Client.GetAsync("/ops/explain-queries");
        Assert.Equal("false", response.Headers.GetValues("Needs-Attention").Single());
        var unknown = await worker.Client.GetJsonAsync("/ops/explain-queries?query=nothing", HttpStatusCode.Conflict);
        Assert.Contains("There are inbox, ", unknown.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static async Task<(HttpResponseMessage Response, JsonElement Plan)> ExplainAsync(WorkerServer worker, string query)
    {
        var response = await worker.Client.GetAsync($"/ops/explain-queries?query={query}");
        return (response, JsonElement.Parse(await response.Content.ReadAsStringAsync()).EnumerateArray().Single());
    }

    private async Task<WorkerServer> StartFilledAsync()
    {
        var worker = await WorkerServer.StartAsync(postgres.Server, ("Operations:MaxConcurrentRuns", "0"));
        await ExecuteAsync(worker, _fill);
        var model = await worker.ScalarAsync<int>("SELECT id FROM embedding_models WHERE is_current");
        await ExecuteAsync(worker, $"CREATE INDEX {VectorIndex} ON message_embeddings USING hnsw ((embedding::halfvec(3)) halfvec_cosine_ops) WHERE model_id = {model}");
        return worker;
    }

    private static async Task ExecuteAsync(WorkerServer worker, string sql)
    {
        await using var command = worker.Database.CreateCommand(sql);
        command.CommandTimeout = 300;
        await command.ExecuteNonQueryAsync();
    }
}
