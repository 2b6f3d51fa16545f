using System.Collections.Concurrent;
using System.Diagnostics;
using ConversationApi.Database;
using ConversationData.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using PostgresForTests;

namespace ConversationApi.Tests.Database;

public sealed class StaleReadTests
{
    [Fact]
    public async Task A_close_replica_is_read_from_and_one_that_stands_still_is_not()
    {
        await using var primary = await PostgresServer.StartAsync();
        await using var replica = await primary.StartReplicaAsync("replica_1");
        await using var watch = await Watch.StartAsync(TimeSpan.FromSeconds(1), primary, replica);
        await watch.ExpectAsync(replica);

        await RunAsync(replica, "SELECT pg_wal_replay_pause()");
        // Nothing is missing as long as nothing is written.
        await Task.Delay(1500);
        await watch.ExpectAsync(replica);
        await RunAsync(primary, "CREATE TABLE written (id int)");
        await watch.ExpectAsync(primary);
        Assert.Equal(primary.Port, await watch.PortAsync());

        await RunAsync(replica, "SELECT pg_wal_replay_resume()");
        await watch.ExpectAsync(replica);
    }

    [Fact]
    public async Task Whatever_is_read_from_a_replica_is_never_older_than_the_bound_while_the_primary_writes()
    {
        await using var primary = await PostgresServer.StartAsync();
        await RunAsync(primary, "CREATE TABLE written (number bigint); INSERT INTO written VALUES (0)");
        await using var replica = await primary.StartReplicaAsync("replica_1");
        var bound = TimeSpan.FromMilliseconds(600);
        await using var watch = await Watch.StartAsync(bound, primary, replica);
        await watch.ExpectAsync(replica);
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(6));
        var acknowledged = new ConcurrentStack<(long Number, long At)>([(0, Stopwatch.GetTimestamp())]);
        var writing = Task.Run(async () =>
        {
            for (var number = 1L; !end.IsCancellationRequested; number++)
            {
                await RunAsync(primary, $"UPDATE written SET number = {number}");
                acknowledged.Push((number, Stopwatch.GetTimestamp()));
            }
        });
        var pausing = Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                await RunAsync(replica, "SELECT pg_wal_replay_pause()");
                await Task.Delay(1200);
                await RunAsync(replica, "SELECT pg_wal_replay_resume()");
                await Task.Delay(400);
            }
        });
        var (fromReplica, fromPrimary) = (0, 0);
        while (!end.IsCancellationRequested)
        {
            var began = Stopwatch.GetTimestamp();
            var (port, number) = await watch.Reads.ReadAsync(async (source, token) =>
            {
                await using var command = source.CreateCommand("SELECT inet_server_port(), number FROM written");
                await using var row = await command.ExecuteReaderAsync(token);
                await row.ReadAsync(token);
                return (row.GetInt32(0), row.GetInt64(1));
            }, default);
            _ = port == replica.Port ? fromReplica++ : fromPrimary++;
            var least = acknowledged.First(w => w.Number == 0 || Stopwatch.GetElapsedTime(w.At, began) > bound).Number;
            Assert.True(number >= least, $"{number} was read, although {least} had been written for longer than the bound");
        }

        await Task.WhenAll(writing, pausing);
        Assert.True(fromReplica > 0 && fromPrimary > 0, $"{fromReplica} from the replica, {fromPrimary} from the primary");
    }

    [Fact]
    public async Task A_killed_replica_fails_no_read_and_a_frozen_one_is_left()
    {
        await using var primary = await PostgresServer.StartAsync();
        await using var replica = await primary.StartReplicaAsync("replica_1");
        await using var watch = await Watch.StartAsync(TimeSpan.FromSeconds(30), primary, replica);
        await watch.ExpectAsync(replica);

        var killing = replica.KillAsync();
        var killed = Stopwatch.StartNew();
        while (!killing.IsCompleted || killed.Elapsed < TimeSpan.FromSeconds(2))
            Assert.Contains(await watch.PortAsync(), new[] { primary.Port, replica.Port });
        await killing;
        Assert.Equal(primary.Port, await watch.PortAsync());
        await replica.RestartAsync();
        await watch.ExpectAsync(replica);

        await replica.FreezeAsync();
        try
        {
            await watch.ExpectAsync(primary, viaSource: false);
        }
        finally
        {
            await replica.ThawAsync();
        }
    }

    [Fact]
    public async Task Without_a_replica_or_with_a_bound_of_nothing_the_primary_is_read_from()
    {
        await using var primary = await PostgresServer.StartAsync();
        await using var alone = await Watch.StartAsync(TimeSpan.FromSeconds(10), primary);
        await using var replica = await primary.StartReplicaAsync("replica_1");
        await using var never = await Watch.StartAsync(TimeSpan.Zero, primary, replica);
        await Task.Delay(500);
        Assert.Equal(primary.Port, await alone.PortAsync());
        Assert.Equal(primary.Port, await never.PortAsync());
    }

    private static async Task RunAsync(PostgresServer server, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private sealed class Watch(ConversationDataSource data, StaleReads reads, StandbyMonitor monitor) : IAsyncDisposable
    {
        public StaleReads Reads => reads;

        public static async Task<Watch> StartAsync(TimeSpan maxLag, params PostgresServer[] servers)
        {
            var connection = new NpgsqlConnectionStringBuilder(servers[0].ConnectionString)
            {
                Host = string.Join(',', servers.Select(s => $"127.0.0.1:{s.Port}")), HostRecheckSeconds = 1, CancellationTimeout = -1,
            };
            var options = Options.Create(new StaleReadOptions { MaxLag = maxLag, CheckInterval = TimeSpan.FromMilliseconds(100) });
            var data = new ConversationDataSource(connection);
            var reads = new StaleReads(data, options, TimeProvider.System);
            var monitor = new StandbyMonitor(data, reads, options, TimeProvider.System, NullLogger<StandbyMonitor>.Instance);
            await monitor.StartAsync(default);
            return new(data, reads, monitor);
        }

        public Task<int> PortAsync() => reads.ReadAsync(async (source, token) =>
        {
            await using var command = source.CreateCommand("SELECT inet_server_port()");
            return (int)(await command.ExecuteScalarAsync(token))!;
        }, default);

        public async Task ExpectAsync(PostgresServer server, bool viaSource = true)
        {
            var patience = Stopwatch.StartNew();
            // One that hangs is not asked before it is left.
            while (viaSource ? await PortAsync() != server.Port : reads.IsStandbyClose)
            {
                Assert.True(patience.Elapsed < TimeSpan.FromSeconds(20), $"Nothing is read from port {server.Port}.");
                await Task.Delay(20);
            }

            Assert.Equal(server.Port, await PortAsync());
        }

        public async ValueTask DisposeAsync()
        {
            await monitor.StopAsync(default);
            monitor.Dispose();
            await data.DisposeAsync();
        }
    }
}
