using ConversationData.Connections;
using Npgsql;
using PostgresForTests;

namespace ConversationData.Tests;

public sealed class CommitTests
{
    [Fact]
    public async Task A_commit_whose_wait_for_a_standby_is_cancelled_is_in_doubt_and_no_success()
    {
        await using var server = await StartWithoutStandbyAsync();
        await using var data = DataOf(server, seconds: 30);
        await using var write = await WriteTransaction.BeginAsync(data.Primary, default);
        await ExecuteAsync(write, "CREATE TABLE t (x int)");
        var commit = write.CommitAsync();
        await using var operating = NpgsqlDataSource.Create(server.ConnectionString);
        await using (var cancel = operating.CreateCommand("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"))
            while (await cancel.ExecuteScalarAsync() is null)
                await Task.Delay(10);
        Assert.Null((await Assert.ThrowsAsync<CommitInDoubtException>(() => commit)).Answer);
    }

    [Fact]
    public async Task Whoever_gives_a_commit_up_that_waits_for_a_standby_leaves_the_server_waiting_and_takes_no_more_than_its_connection()
    {
        await using var server = await StartWithoutStandbyAsync();
        await using var operating = NpgsqlDataSource.Create(server.ConnectionString);
        // Tables are made without waiting.
        await RunAsync(operating, "SET synchronous_commit = local; CREATE TABLE t (x int)");
        await using var data = DataOf(server, seconds: 1);

        var writing = data.WriteAsync("INSERT INTO t VALUES (1)", [], default);
        var pid = await WaitingAsync(operating);
        var doubt = await Assert.ThrowsAsync<CommitInDoubtException>(() => writing);
        Assert.NotNull(doubt.Answer);
        // Its one connection is in use: trying again adds none.
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => data.WriteAsync("INSERT INTO t VALUES (2)", [], default));
        Assert.Equal(pid, await WaitingAsync(operating));
        Assert.Equal(0L, await ScalarAsync(operating, "SELECT count(*) FROM t"));
        Assert.Equal(1L, await ScalarAsync(operating, "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"));

        await DegradeAsync(operating);
        await doubt.Answer.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(1L, await ScalarAsync(operating, "SELECT count(*) FROM t"));
        for (var written = false; !written;)
        {
            try
            {
                written = await data.WriteAsync("INSERT INTO t VALUES (3)", [], default) == 1;
            }
            catch (NpgsqlException)
            {
                // The connection comes back to the pool a moment after the answer.
            }
        }

        Assert.Equal(2L, await ScalarAsync(operating, "SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task A_server_that_hangs_leaves_a_commit_in_doubt_in_time()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var data = DataOf(server, seconds: 1);
        await using var write = await data.BeginWriteAsync(default);
        await ExecuteAsync(write, "CREATE TABLE t (x int)");
        await server.FreezeAsync();
        try
        {
            await Assert.ThrowsAsync<CommitInDoubtException>(() => write.CommitAsync().WaitAsync(TimeSpan.FromSeconds(20)));
        }
        finally
        {
            await server.ThawAsync();
        }
    }

    [Fact]
    public async Task A_commit_whose_server_dies_is_in_doubt_and_one_that_is_refused_is_not()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var data = DataOf(server, seconds: 30);
        await data.WriteAsync("CREATE TABLE t (x int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED)", [], default);
        await data.WriteAsync("INSERT INTO t VALUES (1)", [], default);
        Assert.Equal("23505", (await Assert.ThrowsAsync<PostgresException>(() => data.WriteAsync("INSERT INTO t VALUES (1)", [], default))).SqlState);

        await using var lost = await data.BeginWriteAsync(default);
        await ExecuteAsync(lost, "INSERT INTO t VALUES (2)");
        await server.KillAsync();
        Assert.Null((await Assert.ThrowsAsync<CommitInDoubtException>(lost.CommitAsync)).Answer);
    }

    private static Task<PostgresServer> StartWithoutStandbyAsync() => PostgresServer.StartAsync(new()
    {
        Settings = new Dictionary<string, string> { ["synchronous_commit"] = "on", ["synchronous_standby_names"] = "nobody", ["fsync"] = "on" },
    });

    private static ConversationDataSource DataOf(PostgresServer server, int seconds) =>
        new(new NpgsqlConnectionStringBuilder(server.ConnectionString) { CancellationTimeout = -1, CommandTimeout = seconds, Timeout = 1, MaxPoolSize = 1, NoResetOnClose = true });

    private static async Task<int> WaitingAsync(NpgsqlDataSource operating)
    {
        await using var find = operating.CreateCommand("SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
        for (var deadline = DateTime.UtcNow.AddSeconds(30); ; await Task.Delay(10))
        {
            if (await find.ExecuteScalarAsync() is int pid)
                return pid;
            Assert.True(DateTime.UtcNow < deadline, "No commit waits.");
        }
    }

    private static async Task DegradeAsync(NpgsqlDataSource operating)
    {
        await RunAsync(operating, "ALTER SYSTEM SET synchronous_standby_names = ''");
        await RunAsync(operating, "SELECT pg_reload_conf()");
    }

    private static async Task ExecuteAsync(WriteTransaction write, string sql)
    {
        await using var command = new NpgsqlCommand(sql, write.Connection, write.Transaction);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task RunAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<object?> ScalarAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
