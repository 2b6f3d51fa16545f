using ConversationData.Roles;
using MailForTests;
using Npgsql;
using PostgresForTests;

namespace MaintenanceWorker.Tests;

/// <summary>A database with the schema, conversations and what monitoring needs: pg_stat_statements, and the maintenance role in pg_monitor.</summary>
internal static class WatchedDatabase
{
    /// <returns>The database's name.</returns>
    public static async Task<string> CreateAsync(PostgresServer server)
    {
        var connectionString = await MigratedDatabase.CreateAsync(server);
        await ExecuteAsync(connectionString, $"""
            CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
            GRANT pg_monitor TO {DatabaseRoles.Maintenance};
            INSERT INTO conversations (id, lead_email, subject, status, message_count, last_message_at, last_inbound_at, archived_at)
            SELECT gen_random_uuid(), 'lead' || n || '@people.example', 'Subject ' || n, s, 1, now() - n * interval '1 minute', now() - n * interval '1 minute', CASE WHEN s = 'archived' THEN now() END
            FROM generate_series(1, 110) n, LATERAL (SELECT (ARRAY['needs_reply', 'needs_reply', 'waiting', 'active', 'archived']::conversation_status[])[1 + n % 5]) c (s);
            INSERT INTO conversation_messages (id, conversation_id, direction, subject, content, sent_at, message_id, content_hash, delivery_status)
            SELECT gen_random_uuid(), id, 'outbound', subject, 'Text', now(), id::text, sha256(id::text::bytea), (ARRAY['queued', 'sent', 'failed', 'sending', NULL]::delivery_status[])[1 + row_number() OVER () % 5] FROM conversations;
            INSERT INTO embedding_models (id, name, dimensions) VALUES (1, 'test', 3);
            INSERT INTO message_embeddings (message_id, model_id, conversation_id, embedding) SELECT id, 1, conversation_id, '[1,2,3]' FROM conversation_messages LIMIT 30;
            INSERT INTO ai_suggestions (id, conversation_id, in_reply_to_message_id, suggested_content, model_used, status, approved_at)
            SELECT gen_random_uuid(), conversation_id, id, 'Yes', 'test', s, CASE WHEN s = 'approved' THEN now() END
            FROM (SELECT *, (ARRAY['approved', 'rejected', 'pending', 'approved']::suggestion_status[])[1 + row_number() OVER () % 4] AS s FROM conversation_messages) m
            """);
        await ExecuteAsync(connectionString, "VACUUM ANALYZE");
        return new NpgsqlConnectionStringBuilder(connectionString).Database!;
    }

    public static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = await OpenAsync(connectionString);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first column of the first row, as a number.</summary>
    public static async Task<double> NumberAsync(string connectionString, string sql)
    {
        await using var connection = await OpenAsync(connectionString);
        await using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToDouble(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    public static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }
}
