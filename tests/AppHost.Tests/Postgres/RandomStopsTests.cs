using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Xunit.Abstractions;

namespace AppHost.Tests.Postgres;

/// <summary>The platform is stopped in every way that happens, again and again, while a client writes; what the client was told is kept must be there.</summary>
public sealed class RandomStopsTests(ITestOutputHelper output) : IDisposable
{
    private const int Rounds = 20;
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(15));
    private readonly DataFolder _data = new();
    private readonly ConcurrentQueue<int> _acknowledged = new();
    private readonly int _port = ConsecutivePorts(2);
    private int _next;

    [Fact]
    public async Task Every_acknowledged_row_is_there_after_each_start_and_never_do_two_nodes_lead()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        output.WriteLine($"seed {seed}");
        await using var source = Source();
        for (var round = 1; round <= Rounds; round++)
        {
            await using var appHost = AppHostProcess.Start(
                [.. RunningPlatform.Arguments($"http://localhost:{RunningPlatform.FreePort()}", "key"), .. _data.Arguments, $"--Postgres:Port={_port}"]);
            try
            {
                await RecoveredAsync(source, appHost, round);
                using var writing = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token);
                var writer = WriteAsync(source, writing.Token);
                var observer = ObserveAsync(writing.Token);
                await Task.Delay(random.Next(50, 1500), _limit.Token);
                await EndAsync(appHost, random, source, round);
                await writing.CancelAsync();
                await writer;
                await observer;
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"Round {round}, seed {seed}: {failure.Message}\n{appHost.Output}", failure);
            }

            await GoneAsync(appHost);
        }

        Assert.NotEmpty(_acknowledged);
    }

    public void Dispose()
    {
        _limit.Dispose();
        _data.Dispose();
    }

    private async Task EndAsync(AppHostProcess appHost, Random random, NpgsqlMultiHostDataSource source, int round)
    {
        var way = random.Next(5);
        output.WriteLine($"round {round}: {new[] { "SIGINT", "SIGTERM", "SIGKILL of the AppHost", "SIGKILL of a node", "SIGKILL of postgres" }[way]}");
        if (way >= 3)
        {
            // The program dies and comes back by itself; then the platform is stopped in one of the other ways.
            var victims = way == 3 ? appHost.Processes("/PostgresNode", except: "--project") : appHost.Processes("/postgres -D");
            Signal("KILL", victims[random.Next(victims.Count)]);
            await RecoveredAsync(source, appHost, round);
            way = random.Next(3);
        }

        appHost.Signal(new[] { "INT", "TERM", "KILL" }[way]);
        await appHost.EndedAsync(_limit.Token);
    }

    // What was killed may still answer when it is asked first.
    private async Task RecoveredAsync(NpgsqlMultiHostDataSource source, AppHostProcess appHost, int round)
    {
        while (true)
        {
            await WritableAsync(source, appHost);
            try
            {
                await CheckAsync(source, round);

                // Nobody for a moment is not yet recovered; two would never be.
                var leaders = (await Task.WhenAll(LeadsAsync(_port), LeadsAsync(_port + 1))).Count(leads => leads);
                Assert.True(leaders <= 1, $"round {round}: both nodes lead");
                if (leaders == 1)
                {
                    return;
                }
            }
            catch (NpgsqlException)
            {
                await Task.Delay(100, _limit.Token);
            }
        }
    }

    private async Task WritableAsync(NpgsqlMultiHostDataSource source, AppHostProcess appHost)
    {
        while (true)
        {
            Assert.False(appHost.HasEnded, "the AppHost ended");
            try
            {
                await using var primary = await source.OpenConnectionAsync(TargetSessionAttributes.Primary, _limit.Token);
                await using var make = new NpgsqlCommand("CREATE TABLE IF NOT EXISTS kept (id int PRIMARY KEY)", primary);
                await make.ExecuteNonQueryAsync(_limit.Token);
                return;
            }
            catch (NpgsqlException)
            {
                await Task.Delay(100, _limit.Token);
            }
        }
    }

    private async Task CheckAsync(NpgsqlMultiHostDataSource source, int round)
    {
        // The client goes on writing, so only what it was told before the look can be asked for.
        var acknowledged = _acknowledged.ToArray();
        await using (var primary = await source.OpenConnectionAsync(TargetSessionAttributes.Primary, _limit.Token))
        {
            await using var read = new NpgsqlCommand("SELECT id FROM kept", primary);
            var there = new HashSet<int>();
            await using var reader = await read.ExecuteReaderAsync(_limit.Token);
            while (await reader.ReadAsync(_limit.Token))
            {
                there.Add(reader.GetInt32(0));
            }

            var lost = acknowledged.Where(id => !there.Contains(id)).ToArray();
            Assert.True(lost.Length == 0, $"round {round}: {lost.Length} of {acknowledged.Length} acknowledged rows are lost, the first is {lost.FirstOrDefault()}");
        }
    }

    // Looks all the while, not only when all is well again.
    private async Task ObserveAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            Assert.False((await Task.WhenAll(LeadsAsync(_port), LeadsAsync(_port + 1))).All(leads => leads), "both nodes lead");
            await Task.Delay(50, CancellationToken.None);
        }
    }

    private async Task<bool> LeadsAsync(int port)
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString($"127.0.0.1:{port}"));
            await connection.OpenAsync(_limit.Token);
            await using var ask = new NpgsqlCommand("SELECT NOT pg_is_in_recovery()", connection);
            return (bool)(await ask.ExecuteScalarAsync(_limit.Token))!;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private async Task WriteAsync(NpgsqlMultiHostDataSource source, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var id = Interlocked.Increment(ref _next);
            try
            {
                await using var primary = await source.OpenConnectionAsync(TargetSessionAttributes.Primary, cancellationToken);
                await using var write = new NpgsqlCommand($"INSERT INTO kept VALUES ({id.ToString(CultureInfo.InvariantCulture)})", primary);
                await write.ExecuteNonQueryAsync(CancellationToken.None);
                _acknowledged.Enqueue(id);
            }
            catch (NpgsqlException)
            {
                await Task.Delay(20, CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task GoneAsync(AppHostProcess appHost)
    {
        var clock = Stopwatch.StartNew();
        while (appHost.Remaining() is { Count: > 0 } remaining)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"still running:\n{string.Join('\n', remaining)}");
            await Task.Delay(100, _limit.Token);
        }
    }

    private NpgsqlMultiHostDataSource Source() =>
        new NpgsqlDataSourceBuilder(ConnectionString($"127.0.0.1:{_port},127.0.0.1:{_port + 1}")).BuildMultiHost();

    private string ConnectionString(string hosts) =>
        $"Host={hosts};Database=conversations;Username=conversation_owner;Password=\"{_data.Password.Replace("\"", "\"\"", StringComparison.Ordinal)}\";Timeout=3;Command Timeout=10;Host Recheck Seconds=0;Pooling=false";

    private static void Signal(string name, int process)
    {
        using var kill = Process.Start("kill", [$"-{name}", process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private static int ConsecutivePorts(int count)
    {
        while (true)
        {
            var first = RunningPlatform.FreePort();
            try
            {
                for (var port = first; port < first + count; port++)
                {
                    using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, port);
                    listener.Start();
                }

                return first;
            }
            catch (System.Net.Sockets.SocketException)
            {
                // One of them is taken; look elsewhere.
            }
        }
    }
}
