using PostgresForTests;

namespace MigrationRunner.Tests;

public sealed class VerifyTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    public static TheoryData<string, string> Faults => new()
    {
        { "DROP INDEX ix_conversations_status_last_message", "ix_conversations_status_last_message" },
        { "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_conversation_messages_thread'::regclass", "ix_conversation_messages_thread" },
        { "DROP INDEX ux_conversation_messages_message_id; CREATE INDEX ux_conversation_messages_message_id ON conversation_messages (message_id, content_hash)", "is not unique" },
        { "DROP TABLE conversation_links", "table       public.conversation_links" },
        { "ALTER TABLE conversation_messages DROP COLUMN sender_name", "sender_name" },
        { "ALTER TABLE conversations ALTER COLUMN subject DROP NOT NULL", "may be null" },
        { "ALTER TABLE conversations DROP CONSTRAINT ck_conversations_archived", "ck_conversations_archived" },
        { "ALTER TYPE suggestion_status ADD VALUE 'odd'", "suggestion_status" },
        { "DROP EXTENSION pg_trgm CASCADE", "pg_trgm" },
        { "ALTER TABLE conversations DISABLE TRIGGER record_update", "record_update" },
        { "REVOKE UPDATE ON conversations FROM app_user", "lacks UPDATE" },
        { "GRANT DELETE ON history.row_versions TO app_user", "has DELETE, which it must not" },
        { "ALTER DEFAULT PRIVILEGES FOR ROLE conversation_owner IN SCHEMA public REVOKE INSERT ON TABLES FROM app_user", "tables of later migrations" },
        { "DROP FUNCTION history.prune_rows(interval, integer)", "history.prune_rows" },
        { "GRANT EXECUTE ON FUNCTION history.drop_partition(interval) TO PUBLIC", "app_user on history.drop_partition" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_in_the_schema_is_found_and_named(string fault, string name)
    {
        var database = await postgres.CreateDatabaseAsync();
        await Runner.SucceedAsync(database);
        await Database.ExecuteAsync(database, fault);
        var line = Assert.Single((await Runner.FailAsync(database, ["verify"])).Split('\n'), l => l.StartsWith("failed", StringComparison.Ordinal) && l.Contains(name, StringComparison.Ordinal));
        Assert.NotEmpty(line);
    }

    [Fact]
    public async Task Privileges_are_least_even_where_the_server_grants_every_table_by_default()
    {
        var database = await postgres.CreateDatabaseAsync();
        await Runner.SucceedAsync(database, "upgrade", "EnableExtensions");
        await Database.ExecuteAsync(database, """
            ALTER DEFAULT PRIVILEGES FOR ROLE conversation_owner GRANT USAGE ON SCHEMAS TO app_user, analytics_reader;
            ALTER DEFAULT PRIVILEGES FOR ROLE conversation_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO app_user;
            ALTER DEFAULT PRIVILEGES FOR ROLE conversation_owner GRANT SELECT ON TABLES TO analytics_reader
            """);
        await Runner.SucceedAsync(database);
        await Runner.SucceedAsync(database, "verify");
        Assert.False(await Database.ScalarAsync<bool>(database, """
            SELECT bool_or(has_table_privilege('app_user', c.oid, 'SELECT, INSERT, UPDATE, DELETE')) OR has_schema_privilege('app_user', 'history', 'USAGE')
            FROM pg_class c WHERE c.relnamespace = 'history'::regnamespace AND c.relkind IN ('r', 'p')
            """));
    }

    [Fact]
    public async Task A_database_without_the_newest_migration_does_not_pass()
    {
        var database = await postgres.CreateDatabaseAsync();
        await Runner.SucceedAsync(database, "upgrade", "CreateApiKeys");
        Assert.Contains("run 'upgrade'", await Runner.FailAsync(database, ["verify"]), StringComparison.Ordinal);
    }
}
