using Npgsql;
using PostgresForTests;

namespace MigrationRunner.Tests;

/// <summary>What needs a server of its own: its log, its role, its absence.</summary>
public sealed class ServerTests
{
    [Fact]
    public async Task Neither_an_empty_database_nor_a_limited_owner_makes_an_error_in_the_servers_log()
    {
        await using var server = await PostgresServer.StartAsync();
        var database = await server.CreateDatabaseAsync();
        Assert.Contains("base", await Runner.SucceedAsync(database, "current"), StringComparison.Ordinal);
        await Runner.SucceedAsync(database, "upgrade", "EnableExtensions");
        await Runner.SucceedAsync(database, "history");
        await Runner.SucceedAsync(database);
        await Runner.SucceedAsync(database, "verify");
        await Runner.SucceedAsync(database, "downgrade", "base", "--yes");
        Assert.DoesNotContain(server.Log.Split('\n'), line => line.Contains("ERROR:", StringComparison.Ordinal) || line.Contains("FATAL:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_replica_alone_answers_what_only_reads_and_the_rest_says_that_it_waits_for_the_primary()
    {
        await using var server = await PostgresServer.StartAsync();
        var database = await server.CreateDatabaseAsync();
        await Runner.SucceedAsync(database);
        await server.StopAsync();
        await File.WriteAllTextAsync(Path.Combine(server.DataDirectory, "standby.signal"), "");
        await server.RestartAsync();

        Assert.Contains("(head)", await Runner.SucceedAsync(database, "current"), StringComparison.Ordinal);
        Assert.Contains("yes", await Runner.SucceedAsync(database, "history"), StringComparison.Ordinal);
        Assert.Contains("all passed", await Runner.SucceedAsync(database, "verify"), StringComparison.Ordinal);

        await using var waiting = Runner.Start(database, ["upgrade"]);
        await waiting.SaysAsync("only a replica answers");
        await Database.ExecuteAsync(database, "SELECT pg_promote()");
        Assert.True(await waiting.EndAsync() == 0, waiting.Output);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_migration_that_its_standby_has_not_confirmed_is_no_success_and_is_not_said_to_be_taken_back(bool stopped)
    {
        await using var server = await PostgresServer.StartAsync();
        var database = await server.CreateDatabaseAsync();
        await Runner.SucceedAsync(database, "upgrade", "CreateConversationTables");
        await Database.ExecuteAsync(database, "ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
        await Database.ExecuteAsync(database, "SELECT pg_reload_conf()");
        await using var run = Runner.Start(database, ["upgrade", "CreateApiKeys"]);
        const string Waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
        for (var deadline = DateTime.UtcNow.AddMinutes(4); await Database.ScalarAsync<long>(database, Waiting) == 0; await Task.Delay(20))
            Assert.True(DateTime.UtcNow < deadline, run.Output);
        if (stopped)
            await run.TerminateAsync();
        else
            await Database.ScalarAsync<bool>(database, "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
        Assert.Equal(1, await run.EndAsync());
        Assert.Contains("not known whether the last change stays", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("taken back", run.Output.Replace("may take it back", "", StringComparison.Ordinal), StringComparison.Ordinal);
        // Who stopped the run has not ended the server's wait.
        Assert.Equal(stopped ? 1 : 0, await Database.ScalarAsync<long>(database, Waiting));
    }

    [Fact]
    public async Task What_a_migration_does_outside_of_a_transaction_waits_for_no_standby_but_its_record_does()
    {
        await using var server = await PostgresServer.StartAsync();
        var database = await server.CreateDatabaseAsync();
        await Runner.SucceedAsync(database, "upgrade", "AddMessageAddresses");
        await using var source = NpgsqlDataSource.Create(database);
        await using var other = await source.OpenConnectionAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("LOCK TABLE conversation_messages IN ROW EXCLUSIVE MODE", other, transaction))
            await hold.ExecuteNonQueryAsync();
        await using var run = Runner.Start(database, ["upgrade", "IndexMessageAddresses"], ("Migrations__LockTimeout", "00:05:00"));
        await UntilAsync("SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('ix_conversation_messages_addresses')", 1);

        // In the middle of its work the standby goes; the next commit of anybody waits.
        await Database.ExecuteAsync(database, "ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
        await Database.ExecuteAsync(database, "SELECT pg_reload_conf()");
        const string Waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
        await using var witness = source.CreateCommand("SELECT txid_current()");
        witness.CommandTimeout = 0;
        Task? witnessed = null;
        while (await Database.ScalarAsync<long>(database, Waiting) == 0)
            witnessed = witnessed is null or { IsCompleted: true } ? witness.ExecuteScalarAsync() : witnessed;
        await transaction.RollbackAsync();
        await UntilAsync(Waiting, 2);
        Assert.Equal(1, await Database.ScalarAsync<long>(database, "SELECT count(*) FROM pg_index WHERE indexrelid = 'ix_conversation_messages_addresses'::regclass AND indisvalid"));
        await run.TerminateAsync();
        Assert.Equal(1, await run.EndAsync());
        Assert.Contains("not known whether the last change stays", run.Output, StringComparison.Ordinal);
        Assert.Equal(2, await Database.ScalarAsync<long>(database, Waiting));
        await Database.ExecuteAsync(database, "ALTER SYSTEM RESET synchronous_standby_names");
        await Database.ExecuteAsync(database, "SELECT pg_reload_conf()");
        await witnessed!;

        async Task UntilAsync(string count, long expected)
        {
            for (var deadline = DateTime.UtcNow.AddMinutes(4); await Database.ScalarAsync<long>(database, count) != expected; await Task.Delay(20))
                Assert.True(DateTime.UtcNow < deadline, run.Output);
        }
    }

    [Theory]
    [InlineData("upgrade")]
    [InlineData("current")]
    public async Task A_run_that_is_stopped_while_it_waits_says_so_and_nothing_else(string verb)
    {
        var nowhere = $"Host=127.0.0.1;Port={FreePorts.Find(1)[0]};Username=nobody;Password=none;Database=none";
        await using var waiting = Runner.Start(nowhere, [verb]);
        await waiting.SaysAsync("Waiting for the database");
        await waiting.TerminateAsync();
        Assert.Equal(130, await waiting.EndAsync());
        Assert.Contains("stopped before the end", waiting.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", waiting.Output, StringComparison.Ordinal);
    }
}
