using Npgsql;

namespace MigrationRunner.Tests;

internal static class Database
{
    public static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public static async Task<T> ScalarAsync<T>(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>A hundred conversations with a message each, and a version of each in the row history.</summary>
    public static Task FillAsync(string connectionString) => ExecuteAsync(connectionString, """
        INSERT INTO conversations (id, lead_email, subject, status, message_count, last_message_at)
        SELECT gen_random_uuid(), 'lead' || n || '@people.example', 'Subject ' || n, 'needs_reply', 1, now() FROM generate_series(1, 100) n;
        INSERT INTO conversation_messages (id, conversation_id, direction, subject, content, sent_at, message_id, content_hash)
        SELECT gen_random_uuid(), id, 'inbound', subject, 'Hello', now(), id || '@x', sha256(id::text::bytea) FROM conversations;
        UPDATE conversations SET status = 'waiting';
        INSERT INTO ops.api_keys (id, name, key_hash, scope) VALUES (gen_random_uuid(), 'key', sha256('key'), 'read');
        """);
}
