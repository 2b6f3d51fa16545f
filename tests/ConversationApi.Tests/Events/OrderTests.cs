using PostgresForTests;

namespace ConversationApi.Tests.Events;

public sealed class OrderTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task What_commits_first_waits_for_a_transaction_that_began_before_it()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, ("Events:PollInterval", "00:00:00.020"));
        await using var client = await EventClient.OpenAsync(api);
        await using var slow = await api.Database.OpenConnectionAsync();
        await using var transaction = await slow.BeginTransactionAsync();
        await slow.WriteAsync("began first");
        await api.WriteAsync("committed first");
        await client.ExpectSilenceAsync(TimeSpan.FromMilliseconds(500));

        await transaction.CommitAsync();
        Assert.Equal(["began first", "committed first"], (await client.TakeAsync(2)).Select(e => e.Reason));
    }

    [Fact]
    public async Task A_client_that_comes_while_a_transaction_is_open_hears_of_it()
    {
        await using var api = await ApiServer.StartAsync(postgres.Server, ("Events:PollInterval", "00:00:00.020"));
        await using var slow = await api.Database.OpenConnectionAsync();
        await using var transaction = await slow.BeginTransactionAsync();
        await slow.WriteAsync("open");
        await using var client = await EventClient.OpenAsync(api);
        await transaction.CommitAsync();
        Assert.Equal("open", (await client.NextAsync())!.Reason);
    }

    [Fact]
    public async Task However_transactions_overlap_every_client_of_every_replica_hears_each_event_once_and_in_one_order()
    {
        const int Writers = 6, Transactions = 40;
        await using var api = await ApiServer.StartAsync(postgres.Server, ("Events:PollInterval", "00:00:00.010"));
        await using var other = ApiServer.Start(api.ConnectionString, ("Events:PollInterval", "00:00:00.037"));
        await using var here = await EventClient.OpenAsync(api);
        await using var there = await EventClient.OpenAsync(other);
        var begin = here.LastId;
        var expected = 0;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            var random = new Random(writer);
            await using var connection = await api.Database.OpenConnectionAsync();
            for (var i = 0; i < Transactions; i++)
            {
                await using var transaction = await connection.BeginTransactionAsync();
                var events = random.Next(1, 4);
                for (var n = 0; n < events; n++)
                {
                    await connection.WriteAsync($"{writer}.{i}.{n}");
                    await Task.Delay(random.Next(8));
                }

                if (random.Next(5) == 0)
                {
                    await transaction.RollbackAsync();
                    continue;
                }

                await transaction.CommitAsync();
                Interlocked.Add(ref expected, events);
            }
        })));

        var heard = (await here.TakeAsync(expected)).Select(e => e.Reason).ToList();
        Assert.Equal(await api.ScalarAsync<string[]>("SELECT array_agg(reason ORDER BY transaction_id, position) FROM conversation_events"), heard);
        Assert.Equal(heard, (await there.TakeAsync(expected)).Select(e => e.Reason));
        await using var late = await EventClient.OpenAsync(other, lastEventId: begin);
        Assert.Equal(heard, (await late.TakeAsync(expected)).Select(e => e.Reason));
    }
}
