using ConversationData.Connections;
using Npgsql;
using PostgresForTests;

namespace ConversationData.Tests;

public sealed class CommitTests
{
    [Fact]
    public async Task A_commit_whose_wait_for_a_standby_is_cancelled_is_in_doubt_and_no_success()
    {
        await using var server = await PostgresServer.StartAsync(new()
        {
            Settings = new Dictionary<string, string> { ["synchronous_commit"] = "on", ["synchronous_standby_names"] = "nobody", ["fsync"] = "on" },
        });
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server.ConnectionString) { CancellationTimeout = -1 }.ConnectionString);
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var create = new NpgsqlCommand("CREATE TABLE t (x int)", connection, transaction))
            await create.ExecuteNonQueryAsync();
        var commit = transaction.CommitOrDoubtAsync();
        await using (var cancel = source.CreateCommand("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"))
            while (await cancel.ExecuteScalarAsync() is null)
                await Task.Delay(10);
        await Assert.ThrowsAsync<CommitInDoubtException>(() => commit);
    }

    [Fact]
    public async Task A_commit_whose_server_dies_is_in_doubt_and_one_that_is_refused_is_not()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var connection = await source.OpenConnectionAsync();
        await using (var create = new NpgsqlCommand("CREATE TABLE t (x int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED); INSERT INTO t VALUES (1)", connection))
            await create.ExecuteNonQueryAsync();

        await using (var refused = await connection.BeginTransactionAsync())
        {
            await using var twice = new NpgsqlCommand("INSERT INTO t VALUES (1)", connection, refused);
            await twice.ExecuteNonQueryAsync();
            Assert.Equal("23505", (await Assert.ThrowsAsync<PostgresException>(() => refused.CommitOrDoubtAsync())).SqlState);
        }

        await using var lost = await connection.BeginTransactionAsync();
        await using (var insert = new NpgsqlCommand("INSERT INTO t VALUES (2)", connection, lost))
            await insert.ExecuteNonQueryAsync();
        await server.KillAsync();
        await Assert.ThrowsAsync<CommitInDoubtException>(() => lost.CommitOrDoubtAsync());
    }
}
