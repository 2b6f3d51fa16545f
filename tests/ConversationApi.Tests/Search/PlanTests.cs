using ConversationApi.Search;
using ConversationApi.Search.Questions;
using MailForTests;
using Npgsql;
using Pgvector;
using PostgresForTests;

namespace ConversationApi.Tests.Search;

/// <summary>The statements of searches are put together when they are asked for: each, as it is made for a plain question, uses its indexes on a database that is not small. On a server of its own: transactions that take long hold back the events of others.</summary>
public sealed class PlanTests
{
    private const int Model = 7;
    private const string WordIndex = "ix_message_search_terms";
    private const string VectorIndex = "ix_messages_embedding_cosine";

    private static readonly string _fill = $"""
        INSERT INTO conversations (id, lead_email, subject, status, last_message_at) SELECT gen_random_uuid(), 'lead' || n || '@example.org', 'Subject', 'needs_reply', now() FROM generate_series(1, 10000) n;
        INSERT INTO conversation_messages (id, conversation_id, direction, subject, content, sent_at, message_id, content_hash)
        SELECT gen_random_uuid(), c.id, 'inbound', 'Subject', 'word', now(), c.id || '-' || m, sha256((c.id::text || m)::bytea) FROM conversations c CROSS JOIN generate_series(1, 2) m;
        INSERT INTO message_search (message_id, conversation_id, sent_at, length, terms)
        SELECT id, conversation_id, sent_at, 3, array_to_tsvector(ARRAY['common', 'word' || row_number() OVER () % 2000, 'term' || row_number() OVER () % 500]) FROM conversation_messages;
        INSERT INTO embedding_models (id, name, dimensions, is_current) OVERRIDING SYSTEM VALUE VALUES ({Model}, 'm', 3, true);
        INSERT INTO message_embeddings (message_id, model_id, conversation_id, embedding)
        SELECT id, {Model}, conversation_id, ARRAY[random() + 0.1, random(), random()]::real[]::halfvec FROM conversation_messages;
        CREATE INDEX {VectorIndex} ON message_embeddings USING hnsw ((embedding::halfvec(3)) halfvec_cosine_ops) WHERE model_id = {Model};
        ANALYZE
        """;

    [Fact]
    public async Task Searches_by_words_by_meaning_and_by_both_and_for_what_is_alike_read_indexes_alone()
    {
        await using var server = await PostgresServer.StartAsync();
        var builder = new NpgsqlDataSourceBuilder(await MigratedDatabase.CreateAsync(server));
        builder.UseVector();
        await using var source = builder.Build();
        await using (var fill = source.CreateCommand(_fill))
            await fill.ExecuteNonQueryAsync();
        await using var connection = await source.OpenConnectionAsync();
        await connection.ReloadTypesAsync();
        Guid conversation;
        await using (var any = new NpgsqlCommand("SELECT id FROM conversations LIMIT 1", connection))
            conversation = (Guid)(await any.ExecuteScalarAsync())!;

        var (plain, alike) = (new SearchFilter(), new SearchFilter(NotIn: conversation));
        foreach (var (name, filter, words, meaning) in new[] { ("text", plain, true, false), ("semantic", plain, false, true), ("hybrid", plain, true, true), ("similar", alike, true, true) })
        {
            var plan = await PlanAsync(connection, filter, words, meaning);
            Assert.False(plan.Contains("Seq Scan", StringComparison.Ordinal), $"{name}:\n{plan}");
            Assert.True(plan.Contains(WordIndex, StringComparison.Ordinal) == words, $"{name}:\n{plan}");
            Assert.True(plan.Contains(VectorIndex, StringComparison.Ordinal) == meaning, $"{name}:\n{plan}");
        }

        await using (var drop = new NpgsqlCommand($"DROP INDEX {WordIndex}, {VectorIndex}", connection))
            await drop.ExecuteNonQueryAsync();
        Assert.Contains("Seq Scan", await PlanAsync(connection, plain, words: true, meaning: false), StringComparison.Ordinal);
        Assert.Contains("Seq Scan", await PlanAsync(connection, plain, words: false, meaning: true), StringComparison.Ordinal);
    }

    private static async Task<string> PlanAsync(NpgsqlConnection connection, SearchFilter filter, bool words, bool meaning)
    {
        var options = new SearchOptions();
        var terms = new QuestionTerm[] { new("word7", 1, 10), new("term7", 1, 40), new("common", 1, 20_000) };
        var statement = new SearchStatement(options, filter, new(Exact: false, options.Candidates));
        var with = statement.With(words ? new(terms, terms, 20_000, 3, Model) : null, meaning ? new(Model, new HalfVector(new Half[] { (Half)1, (Half)0.5, (Half)0.2 }), Exact: false) : null, statement.Fuse(words, meaning));
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var settings = new NpgsqlCommand("SELECT set_config('jit', 'off', true), set_config('max_parallel_workers_per_gather', '0', true), set_config('hnsw.ef_search', '200', true)", connection))
            await settings.ExecuteNonQueryAsync();
        await using var command = new NpgsqlCommand($"""
            EXPLAIN {with}
            SELECT h.message_id, i.subject, c.status, h.score FROM hits h JOIN conversation_messages i ON i.id = h.message_id JOIN conversations c ON c.id = i.conversation_id ORDER BY h.score DESC, h.message_id LIMIT 11
            """, connection);
        command.Parameters.AddRange(statement.Parameters.Values);
        await using var row = await command.ExecuteReaderAsync();
        var plan = new List<string>();
        while (await row.ReadAsync())
            plan.Add(row.GetString(0));
        return string.Join('\n', plan);
    }
}
