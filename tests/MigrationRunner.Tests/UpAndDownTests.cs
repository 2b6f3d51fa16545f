using PostgresForTests;

namespace MigrationRunner.Tests;

public sealed class UpAndDownTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Contents = """
        SELECT md5(string_agg(t, '' ORDER BY t)) FROM (SELECT (to_jsonb(c) - 'inserted_at' - 'inserted_in')::text AS t FROM conversations c
            UNION ALL SELECT (to_jsonb(m) - 'inserted_at' - 'inserted_in')::text FROM conversation_messages m
            UNION ALL SELECT v::text FROM history.row_versions v UNION ALL SELECT k::text FROM ops.api_keys k) x
        """;

    [Fact]
    public async Task Each_step_up_is_logged_and_a_second_run_finds_nothing_to_do()
    {
        var database = await postgres.CreateDatabaseAsync();
        var output = await Runner.SucceedAsync(database);
        Assert.Contains("Running upgrade base -> 20261122090000_EnableExtensions, Enable the extensions vector and pg_trgm", output, StringComparison.Ordinal);
        Assert.Contains("Running upgrade 20261122090000_EnableExtensions -> 20261122090100_CreateConversationTables, Create conversation management tables", output, StringComparison.Ordinal);
        Assert.Contains("Restore point before_20261122090000_EnableExtensions", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Running upgrade", await Runner.SucceedAsync(database, "upgrade"), StringComparison.Ordinal);
        Assert.Contains("(head)", await Runner.SucceedAsync(database, "current"), StringComparison.Ordinal);
        Assert.Contains("CREATE TABLE public.conversations", await Runner.SucceedAsync(database, "script"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_down_and_up_again_on_a_filled_database_keeps_what_can_be_kept()
    {
        var database = await postgres.CreateDatabaseAsync();
        await Runner.SucceedAsync(database);
        await Database.FillAsync(database);
        var before = await Database.ScalarAsync<string>(database, Contents);

        var output = await Runner.SucceedAsync(database, "downgrade", "-1");
        Assert.Contains("Running downgrade", output, StringComparison.Ordinal);
        output = await Runner.SucceedAsync(database, "downgrade", "CreateApiKeys");
        Assert.Contains("Row history so far is kept", output, StringComparison.Ordinal);
        Assert.Contains("20261122090200_CreateApiKeys", await Runner.SucceedAsync(database, "current"), StringComparison.Ordinal);
        await Runner.SucceedAsync(database, "upgrade");
        Assert.Equal(before, await Database.ScalarAsync<string>(database, Contents));
        await Database.ExecuteAsync(database, "UPDATE conversations SET status = 'needs_reply'");
        Assert.Equal(200, await Database.ScalarAsync<long>(database, "SELECT count(*) FROM history.row_versions"));
        await Runner.SucceedAsync(database, "verify");
    }

    [Fact]
    public async Task Going_down_over_data_says_what_is_lost_asks_first_and_can_come_back_up()
    {
        var database = await postgres.CreateDatabaseAsync();
        await Runner.SucceedAsync(database);
        await Database.FillAsync(database);
        foreach (var target in new[] { "base", "EnableExtensions" })
        {
            var refused = await Runner.FailAsync(database, ["downgrade", target]);
            Assert.Contains("public.conversations: 100 rows", refused, StringComparison.Ordinal);
            Assert.Contains("--yes", refused, StringComparison.Ordinal);
            Assert.Equal(100, await Database.ScalarAsync<long>(database, "SELECT count(*) FROM conversations"));
        }

        Assert.Contains("Restore point before_down", await Runner.SucceedAsync(database, "downgrade", "base", "--yes"), StringComparison.Ordinal);
        Assert.True(await Database.ScalarAsync<bool>(database, "SELECT to_regclass('public.conversations') IS NULL AND to_regtype('conversation_status') IS NULL"));
        Assert.Equal("base", (await Runner.SucceedAsync(database, "current")).Trim());
        await Runner.SucceedAsync(database, "upgrade", "CreateApiKeys");
        await Runner.SucceedAsync(database, "upgrade");
        await Runner.SucceedAsync(database, "verify");
    }

    [Theory]
    [InlineData("upgrade", "nonsense")]
    [InlineData("downgrade", "nonsense")]
    [InlineData("downgrade", "-99")]
    [InlineData("upgrade", "base")]
    public async Task A_target_that_makes_no_sense_is_refused(params string[] arguments)
    {
        var database = await postgres.CreateDatabaseAsync();
        await Runner.SucceedAsync(database);
        await Runner.FailAsync(database, arguments);
    }
}
