using System.Diagnostics;
using System.Text.Json;
using PostgresForTests;
using Xunit.Abstractions;

namespace ConversationData.Tests;

public sealed class RowHistoryTests(PostgresFixture postgres, ITestOutputHelper output) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_conversation_can_be_seen_as_it_stood_at_any_moment_from_its_first_row_on()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server);
        var before = await NowAsync(database);
        var id = await database.AddConversationAsync();
        var first = await NowAsync(database);
        await database.ExecuteAsync($"UPDATE conversations SET status = 'archived', archived_at = now(), version = version + 1 WHERE id = '{id}'");
        await database.ExecuteAsync($"UPDATE conversation_messages SET content = 'changed' WHERE conversation_id = '{id}'");
        var second = await NowAsync(database);
        await database.ExecuteAsync($"DELETE FROM conversations WHERE id = '{id}'");
        var last = await NowAsync(database);

        Assert.Empty(await AsOfAsync(database, id, before));
        Assert.Equal(["conversation_messages first", "conversations needs_reply"], await AsOfAsync(database, id, first));
        Assert.Equal(["conversation_messages changed", "conversations archived"], await AsOfAsync(database, id, second));
        Assert.Empty(await AsOfAsync(database, id, last));

        // A row of the past goes back in as it is.
        await database.ExecuteAsync($"""
            INSERT INTO conversations SELECT r.* FROM history.rows_as_of('{id}', '{second}') h, jsonb_populate_record(NULL::conversations,
                h.row_then || jsonb_build_object('message_count', 1, 'pending_suggestions', 0, 'version', 9, 'last_message_at', now(), 'updated_at', now(),
                    'inserted_at', clock_timestamp(), 'inserted_in', pg_current_xact_id())) r WHERE h.table_name = 'conversations'
            """);
        Assert.Equal("archived", await database.ScalarAsync<string>($"SELECT status::text FROM conversations WHERE id = '{id}'"));

        // It was away meanwhile, whatever it says of its creation.
        Assert.Empty(await AsOfAsync(database, id, last));
        Assert.Equal(["conversations archived"], await AsOfAsync(database, id, await NowAsync(database)));
        Assert.Equal(["conversation_messages changed", "conversations archived"], await AsOfAsync(database, id, second));
    }

    [Fact]
    public async Task The_moment_of_a_change_is_its_commit_and_not_its_statement()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server);
        var id = await database.AddConversationAsync();
        await using var connection = new Npgsql.NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var update = new Npgsql.NpgsqlCommand($"UPDATE conversations SET status = 'waiting' WHERE id = '{id}'", connection, transaction))
            await update.ExecuteNonQueryAsync();
        await Task.Delay(50);
        var between = await NowAsync(database);
        await transaction.CommitAsync();
        Assert.Contains("conversations needs_reply", await AsOfAsync(database, id, between));
    }

    [Fact]
    public async Task A_row_is_there_from_its_commit_on_whatever_clock_says_when_it_was_made()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server);
        var id = Guid.CreateVersion7();
        await using var connection = new Npgsql.NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var insert = new Npgsql.NpgsqlCommand($"""
            INSERT INTO conversations (id, subject, status, last_message_at, created_at) VALUES ('{id}', 'Hello', 'needs_reply', now(), now() + interval '1 hour');
            INSERT INTO conversation_messages (id, conversation_id, direction, subject, content, sent_at, message_id, content_hash, created_at)
            VALUES ('{Guid.CreateVersion7()}', '{id}', 'inbound', 'Hello', 'first', now(), '{id}@x', sha256('{id}'), now() - interval '1 hour');
            """, connection, transaction))
            await insert.ExecuteNonQueryAsync();
        var between = await NowAsync(database);
        await transaction.CommitAsync();
        var after = await NowAsync(database);
        await database.ExecuteAsync($"UPDATE conversation_messages SET content = 'changed' WHERE conversation_id = '{id}'");

        Assert.Empty(await AsOfAsync(database, id, between));
        Assert.Equal(["conversation_messages first", "conversations needs_reply"], await AsOfAsync(database, id, after));
        Assert.Equal(["conversation_messages changed", "conversations needs_reply"], await AsOfAsync(database, id, await NowAsync(database)));

        // Of rows that were there before this was recorded, their own word is all there is.
        await database.ExecuteAsync("UPDATE conversations SET inserted_at = '-infinity', inserted_in = NULL; UPDATE conversation_messages SET inserted_at = '-infinity', inserted_in = NULL");
        Assert.Equal(["conversation_messages changed"], await AsOfAsync(database, id, await NowAsync(database)));
    }

    [Fact]
    public async Task A_message_that_moved_by_a_merge_is_seen_where_it_was()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server);
        var one = await database.AddConversationAsync("one");
        var other = await database.AddConversationAsync("other");
        var before = await NowAsync(database);
        await database.ExecuteAsync($"UPDATE conversation_messages SET conversation_id = '{one}' WHERE conversation_id = '{other}'; DELETE FROM conversations WHERE id = '{other}'");
        Assert.Equal(2, (await AsOfAsync(database, other, before)).Count);
        Assert.Equal(2, (await AsOfAsync(database, one, before)).Count);
        Assert.Equal(3, (await AsOfAsync(database, one, await NowAsync(database))).Count);
    }

    [Fact]
    public async Task Counters_make_no_version_and_no_service_can_write_or_read_the_history()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server);
        await database.AddConversationAsync();
        await database.ExecuteAsync("UPDATE conversations SET message_count = 2, last_message_at = now(), last_inbound_at = now(), updated_at = now(), version = version + 1");
        Assert.Equal(0, await database.ScalarAsync<long>("SELECT count(*) FROM history.row_versions"));

        await using var app = new TestDatabase(MailForTests.MigratedDatabase.As(database.ConnectionString, "app_user"));
        await app.ExecuteAsync("UPDATE conversations SET status = 'waiting'");
        Assert.Equal(1, await database.ScalarAsync<long>("SELECT count(*) FROM history.row_versions WHERE NOT old_row ? 'message_count' AND role_name = 'postgres'"));
        foreach (var sql in new[] { "DELETE FROM history.row_versions", "SELECT * FROM history.row_versions", "TRUNCATE conversations", "UPDATE ops.\"__EFMigrationsHistory\" SET \"ProductVersion\" = ''", "DROP TABLE conversations" })
            Assert.Equal("42501", (await Assert.ThrowsAsync<Npgsql.PostgresException>(() => app.ExecuteAsync(sql))).SqlState);
    }

    [Fact]
    public async Task Months_get_their_partitions_and_old_versions_go()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server);
        await database.ExecuteAsync("""
            INSERT INTO history.row_versions (recorded_at, table_name, row_id, conversation_id, operation, old_row)
            SELECT m, 'conversations', gen_random_uuid(), gen_random_uuid(), 'UPDATE', '{}' FROM unnest(ARRAY[now(), now() - interval '40 days', now() + interval '5 months']) m
            """);
        Assert.Equal(2, await database.ScalarAsync<long>("SELECT count(*) FROM history.row_versions_default"));
        Assert.Equal(4, await database.ScalarAsync<int>("SELECT history.ensure_partitions(5)"));
        Assert.Equal(0, await database.ScalarAsync<int>("SELECT history.ensure_partitions(5)"));
        Assert.Equal(0, await database.ScalarAsync<long>("SELECT count(*) FROM history.row_versions_default"));
        Assert.Equal(3, await database.ScalarAsync<long>("SELECT count(*) FROM history.row_versions"));
        // Of a month that is not wholly past only the rows go, and no more of them than asked.
        await database.ExecuteAsync("UPDATE history.row_versions SET recorded_at = now() - interval '3 days' WHERE recorded_at > now() - interval '1 minute' AND recorded_at < now() + interval '1 minute'");
        Assert.Equal(1, await database.ScalarAsync<long>("SELECT coalesce(sum(row_count), 0)::bigint FROM history.prune_rows('2 days', 1)"));
        Assert.Equal(1, await database.ScalarAsync<long>("SELECT coalesce(sum(row_count), 0)::bigint FROM (SELECT (history.prune_rows('2 days', 1)).* UNION ALL SELECT (history.drop_partition('2 days')).*) rest"));
        Assert.Equal(1, await database.ScalarAsync<long>("SELECT count(*) FROM history.row_versions"));
    }

    [Fact]
    public async Task Months_that_are_wholly_older_are_dropped_the_oldest_first()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server);
        await database.ExecuteAsync("""
            INSERT INTO history.row_versions (recorded_at, table_name, row_id, conversation_id, operation, old_row)
            SELECT date_trunc('month', now()) - n * interval '1 month' + interval '1 hour', 'conversations', gen_random_uuid(), gen_random_uuid(), 'UPDATE', '{}' FROM generate_series(2, 4) n, generate_series(1, n)
            """);
        Assert.Equal(3, await database.ScalarAsync<int>("SELECT history.ensure_partitions(2)"));
        foreach (var rows in new[] { 4, 3, 2 })
            Assert.Equal(rows, await database.ScalarAsync<long>("SELECT row_count FROM history.drop_partition('20 days')"));
        Assert.Equal(0, await database.ScalarAsync<long>("SELECT count(*) FROM history.drop_partition('20 days')"));
        Assert.Equal(0, await database.ScalarAsync<long>("SELECT count(*) FROM history.row_versions"));
    }

    [Fact]
    public async Task Several_at_once_make_and_remove_each_partition_once()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server);
        await database.ExecuteAsync("""
            INSERT INTO history.row_versions (recorded_at, table_name, row_id, conversation_id, operation, old_row)
            SELECT now() - n * interval '1 day', 'conversations', gen_random_uuid(), gen_random_uuid(), 'UPDATE', '{}' FROM generate_series(0, 199) n
            """);
        var made = await AllAsync(() => database.ScalarAsync<int>("SELECT history.ensure_partitions(6)"));
        Assert.InRange(made.Sum(), 10, 11);
        Assert.Single(made, number => number > 0);
        var dropped = await AllAsync(() => database.ScalarAsync<long>("SELECT coalesce(sum(row_count), 0)::bigint FROM history.drop_partition('30 days')"));
        var pruned = await AllAsync(() => database.ScalarAsync<long>("SELECT coalesce(sum(row_count), 0)::bigint FROM history.prune_rows('30 days', 10)"));
        Assert.Equal(200 - dropped.Sum() - pruned.Sum(), await database.ScalarAsync<long>("SELECT count(*) FROM history.row_versions"));

        static async Task<T[]> AllAsync<T>(Func<Task<T>> call) => await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(call)));
    }

    [Fact]
    public async Task The_worker_may_prune_and_nothing_else_and_nobody_but_the_worker_may()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server);
        await using var worker = new TestDatabase(MailForTests.MigratedDatabase.As(database.ConnectionString, "maintenance"));
        Assert.Equal(1, await worker.ScalarAsync<int>("SELECT history.ensure_partitions(3)"));
        Assert.Equal(0, await worker.ScalarAsync<long>("SELECT count(*) FROM history.drop_partition('30 days')"));
        foreach (var sql in new[] { "DELETE FROM history.row_versions", "DROP TABLE history.row_versions_default", "CREATE TABLE history.mine ()" })
            Assert.Equal("42501", (await Assert.ThrowsAsync<Npgsql.PostgresException>(() => worker.ExecuteAsync(sql))).SqlState);
        foreach (var sql in new[] { "SELECT history.drop_partition('1 hour')", "SELECT history.prune_rows('-1 month', 1)", "SELECT history.prune_rows(NULL, 1)", "SELECT history.ensure_partitions(1000)" })
            Assert.Equal("22023", (await Assert.ThrowsAsync<Npgsql.PostgresException>(() => worker.ExecuteAsync(sql))).SqlState);

        await database.ExecuteAsync("GRANT USAGE ON SCHEMA history TO app_user");
        await using var app = new TestDatabase(MailForTests.MigratedDatabase.As(database.ConnectionString, "app_user"));
        foreach (var call in new[] { "ensure_partitions(3)", "drop_partition('30 days')", "prune_rows('30 days', 1)" })
            Assert.Equal("42501", (await Assert.ThrowsAsync<Npgsql.PostgresException>(() => app.ExecuteAsync($"SELECT history.{call}"))).SqlState);
    }

    [Fact]
    public async Task Recording_is_cheap()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server);
        await database.ExecuteAsync("INSERT INTO conversations (id, subject, status, last_message_at) SELECT gen_random_uuid(), 'Subject ' || n, 'waiting', now() FROM generate_series(1, 5000) n");
        async Task<double> MeasureAsync()
        {
            var best = double.MaxValue;
            for (var round = 0; round < 5; round++)
            {
                var started = Stopwatch.GetTimestamp();
                await database.ExecuteAsync("UPDATE conversations SET status = CASE status WHEN 'waiting' THEN 'needs_reply' ELSE 'waiting' END::conversation_status, version = version + 1");
                best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalMicroseconds / 5000);
                await database.ExecuteAsync("VACUUM conversations");
            }

            return best;
        }

        var recorded = await MeasureAsync();
        await database.ExecuteAsync("ALTER TABLE conversations DISABLE TRIGGER record_update");
        var bare = await MeasureAsync();
        output.WriteLine($"{bare:F1} µs a row without history, {recorded:F1} µs with it: {recorded - bare:F1} µs a recorded change");
        Assert.True(recorded - bare < 500, $"{recorded - bare:F1} µs a change");
    }

    private static Task<string> NowAsync(TestDatabase database) => database.ScalarAsync<string>("SELECT clock_timestamp()::text");

    private static async Task<List<string>> AsOfAsync(TestDatabase database, Guid id, string moment)
    {
        var rows = JsonDocument.Parse(await database.ScalarAsync<string>($"SELECT coalesce(jsonb_agg(jsonb_build_array(table_name, row_then)), '[]')::text FROM history.rows_as_of('{id}', '{moment}')"));
        return [.. rows.RootElement.EnumerateArray().Select(r => $"{r[0].GetString()} {(r[1].TryGetProperty("content", out var content) ? content : r[1].GetProperty("status")).GetString()}").Order(StringComparer.Ordinal)];
    }
}
