using MailForTests;
using Npgsql;
using PostgresForTests;

namespace ConversationData.Tests;

/// <summary>A database with the schema, and short ways to it.</summary>
internal sealed class TestDatabase(string connectionString) : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(connectionString);

    public string ConnectionString => connectionString;

    public static async Task<TestDatabase> CreateAsync(PostgresServer server) => new(await MigratedDatabase.CreateAsync(server));

    public async Task ExecuteAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>A conversation with one message.</summary>
    public async Task<Guid> AddConversationAsync(string subject = "Hello")
    {
        var id = Guid.CreateVersion7();
        await ExecuteAsync($"""
            INSERT INTO conversations (id, subject, status, message_count, last_message_at) VALUES ('{id}', '{subject}', 'needs_reply', 1, now());
            INSERT INTO conversation_messages (id, conversation_id, direction, subject, content, sent_at, message_id, content_hash)
            VALUES ('{Guid.CreateVersion7()}', '{id}', 'inbound', '{subject}', 'first', now(), '{id}@x', sha256('{id}'))
            """);
        return id;
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
