using System.Diagnostics;
using Npgsql;
using PostgresForTests;

namespace MigrationRunner.Tests;

public sealed class FailureTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_migration_that_fails_leaves_nothing_half_done_and_the_next_run_repairs()
    {
        var database = await postgres.CreateDatabaseAsync();
        await Runner.SucceedAsync(database, "upgrade", "EnableExtensions");
        // In the way of the last table of the next migration.
        await Database.ExecuteAsync(database, "CREATE TABLE message_embeddings (x int)");
        var output = await Runner.FailAsync(database, ["upgrade"]);
        Assert.Contains("message_embeddings", output, StringComparison.Ordinal);
        Assert.Contains("EnableExtensions", await Runner.SucceedAsync(database, "current"), StringComparison.Ordinal);
        Assert.True(await Database.ScalarAsync<bool>(database, "SELECT to_regclass('conversations') IS NULL"));

        await Database.ExecuteAsync(database, "DROP TABLE message_embeddings");
        await Runner.SucceedAsync(database);
        await Runner.SucceedAsync(database, "verify");
    }

    [Fact]
    public async Task A_lock_that_is_not_let_go_ends_the_run_instead_of_stopping_everybody_behind_it()
    {
        var database = await postgres.CreateDatabaseAsync();
        await Runner.SucceedAsync(database);
        await using (var holder = new NpgsqlConnection(database))
        {
            await holder.OpenAsync();
            await using var transaction = await holder.BeginTransactionAsync();
            await using var select = new NpgsqlCommand("SELECT count(*) FROM conversations", holder, transaction);
            await select.ExecuteScalarAsync();
            var started = Stopwatch.GetTimestamp();
            var output = await Runner.FailAsync(database, ["downgrade", "CreateApiKeys"], ("Migrations__LockTimeout", "00:00:00.5"));
            Assert.True(output.Contains("Migrations__LockTimeout", StringComparison.Ordinal), output);
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60));
        }

        await Runner.SucceedAsync(database);
        await Runner.SucceedAsync(database, "verify");
    }

    [Fact]
    public async Task Several_runs_at_once_do_the_work_once()
    {
        var database = await postgres.CreateDatabaseAsync();
        var outputs = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Runner.SucceedAsync(database)));
        Assert.Single(outputs, o => o.Contains("CreateConversationTables, Create", StringComparison.Ordinal));
        await Runner.SucceedAsync(database, "verify");
    }

    [Fact]
    public async Task An_index_that_somebody_else_is_building_is_left_to_them()
    {
        var database = await postgres.CreateDatabaseAsync();
        await Runner.SucceedAsync(database, "upgrade", "CreateGmailMailboxes");
        await using var holder = new NpgsqlConnection(database);
        await holder.OpenAsync();
        await using var transaction = await holder.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("LOCK TABLE message_embeddings IN ROW EXCLUSIVE MODE", holder, transaction))
            await hold.ExecuteNonQueryAsync();
        var building = Database.ExecuteAsync(database, "CREATE INDEX CONCURRENTLY being_built ON message_embeddings (model_id)");
        const string Invalid = "SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('being_built') AND NOT indisvalid";
        while (await Database.ScalarAsync<long>(database, Invalid) == 0)
            await Task.Delay(20);

        var output = await Runner.SucceedAsync(database);
        Assert.DoesNotContain("being_built", output, StringComparison.Ordinal);
        Assert.Equal(1, await Database.ScalarAsync<long>(database, Invalid));
        await transaction.RollbackAsync();
        await building;
        Assert.Equal(0, await Database.ScalarAsync<long>(database, Invalid));

        // One that nobody is building any more is in the way.
        await Database.ExecuteAsync(database, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'being_built'::regclass");
        await Runner.SucceedAsync(database, "downgrade", "-1");
        Assert.Contains("being_built", await Runner.SucceedAsync(database), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_waits_too_long_for_another_gives_up()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var holder = new NpgsqlConnection(database);
        await holder.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT pg_advisory_lock(x'636f6e766d696772'::bigint)", holder);
        await command.ExecuteNonQueryAsync();
        Assert.Contains("Another migration is running", await Runner.FailAsync(database, [], ("Migrations__WaitForOtherRun", "00:00:00.3")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_run_waits_for_a_database_that_comes_later_and_for_none_that_never_comes()
    {
        await using var server = await PostgresServer.StartAsync();
        var database = await server.CreateDatabaseAsync();
        await server.StopAsync();
        Assert.Contains("did not answer", await Runner.FailAsync(database, [], ("Migrations__WaitForDatabase", "00:00:01")), StringComparison.Ordinal);

        await using var waiting = Runner.Start(database, []);
        await waiting.SaysAsync("Waiting for the database");
        await server.RestartAsync();
        Assert.Equal(0, await waiting.EndAsync());
    }

    [Fact]
    public async Task A_wrong_password_is_said_at_once_in_one_line_and_never_shown()
    {
        var database = new NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync()) { Password = "not-the-password" }.ConnectionString;
        foreach (var verb in new[] { "upgrade", "current" })
        {
            var output = await Runner.FailAsync(database, [verb]);
            var line = Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            Assert.Contains("password authentication failed", line, StringComparison.Ordinal);
            Assert.Contains("ConnectionStrings__conversations", line, StringComparison.Ordinal);
            Assert.DoesNotContain("not-the-password", output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_run_waits_for_a_database_that_is_made_later_and_says_that_it_is_missing()
    {
        var missing = new NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync()) { Database = $"later_{Guid.NewGuid():N}" };
        Assert.Contains($"database \"{missing.Database}\" does not exist", await Runner.FailAsync(missing.ConnectionString, ["current"], ("Migrations__WaitForDatabase", "00:00:01")), StringComparison.Ordinal);

        await using var waiting = Runner.Start(missing.ConnectionString, ["upgrade"]);
        await waiting.SaysAsync("Waiting for the database");
        await Database.ExecuteAsync(postgres.Server.ConnectionString, $"CREATE DATABASE {missing.Database}");
        Assert.Equal(0, await waiting.EndAsync());
    }

    [Fact]
    public async Task Without_a_database_in_the_configuration_the_run_says_what_to_set()
    {
        var (exit, output) = await Runner.RunAsync(null, []);
        Assert.Equal(1, exit);
        Assert.Contains("ConnectionStrings__conversations", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_without_the_right_needs_an_administrator_and_is_told_the_statement()
    {
        var database = await postgres.CreateDatabaseAsync();
        var login = $"small_{Guid.NewGuid():N}";
        await Database.ExecuteAsync(database, $"CREATE ROLE {login} LOGIN PASSWORD 'secret-of-the-test'");
        var limited = new NpgsqlConnectionStringBuilder(database) { Username = login, Password = "secret-of-the-test" }.ConnectionString;
        Assert.Contains("Let an administrator run", await Runner.FailAsync(limited, []), StringComparison.Ordinal);
        Assert.True(await Database.ScalarAsync<bool>(database, "SELECT to_regclass('conversations') IS NULL"));
    }

    [Fact]
    public async Task On_a_prepared_server_the_owner_needs_no_superuser_and_a_refused_restore_point_must_be_allowed()
    {
        var database = await postgres.CreateDatabaseAsync();
        await Runner.SucceedAsync(database, "upgrade", "EnableExtensions");
        var login = $"owner_{Guid.NewGuid():N}";
        await Database.ExecuteAsync(database, $"CREATE ROLE {login} LOGIN PASSWORD 'secret-of-the-test' IN ROLE conversation_owner");
        var owner = new NpgsqlConnectionStringBuilder(database) { Username = login, Password = "secret-of-the-test" }.ConnectionString;
        Assert.Contains("Migrations__AllowWithoutRestorePoint", await Runner.FailAsync(owner, []), StringComparison.Ordinal);
        var (exit, output) = await Runner.RunAsync(owner, [], ("Migrations__AllowWithoutRestorePoint", "true"));
        Assert.True(exit == 0, output);
        Assert.Contains("No restore point", output, StringComparison.Ordinal);
        await Runner.SucceedAsync(owner, "verify");
    }

    [Fact]
    public async Task A_database_that_is_newer_than_the_program_is_left_alone()
    {
        var database = await postgres.CreateDatabaseAsync();
        await Runner.SucceedAsync(database);
        await Database.ExecuteAsync(database, """INSERT INTO ops."__EFMigrationsHistory" VALUES ('29990101000000_FromTheFuture', '99.0')""");
        Assert.Contains("29990101000000_FromTheFuture", await Runner.FailAsync(database, []), StringComparison.Ordinal);
        Assert.Contains("29990101000000_FromTheFuture", await Runner.FailAsync(database, ["verify"]), StringComparison.Ordinal);
    }
}
