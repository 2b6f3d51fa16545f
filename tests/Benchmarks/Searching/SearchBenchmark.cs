using System.Diagnostics;
using System.Globalization;
using Benchmarks.Measuring;
using Npgsql;

namespace Benchmarks.Searching;

/// <summary>How long hybrid searches take among many messages, and how many there are in a second against what PostgreSQL and Kestrel could do at best.</summary>
internal static class SearchBenchmark
{
    private const int Questions = 200;

    public static async Task RunAsync(BenchmarkServer server, Report report, int messages, int seconds, CancellationToken cancellationToken)
    {
        var database = await server.CreateDatabaseAsync(cancellationToken);
        var data = new SearchData(seed: 7);
        await data.FillAsync(database, messages, cancellationToken);
        await using (var source = NpgsqlDataSource.Create(database))
        await using (var command = source.CreateCommand("SELECT count(*) FROM message_work"))
            await command.ExecuteScalarAsync(cancellationToken);
        await using var api = await ServerProcess.StartApiAsync(database, cancellationToken, ("Search__KeepInterval", "00:00:01"));
        await QualityBenchmark.UntilAsync(database, "SELECT EXISTS (SELECT FROM search_corpus)", cancellationToken);
        string[] paths = [.. Enumerable.Range(0, Questions).Select(_ => $"/api/v1/search?limit=10&q={Uri.EscapeDataString(data.Question())}")];
        using var client = QualityBenchmark.Client(api);
        // A server runs for days: what is measured is compiled code and a warm cache.
        foreach (var path in paths.Concat(paths))
            if (!(await client.GetStringAsync(path, cancellationToken)).Contains("\"mode\":\"hybrid\"", StringComparison.Ordinal))
                throw new InvalidOperationException("That was no hybrid search.");
        var p95 = double.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var durations = new List<double>();
            foreach (var path in paths)
            {
                var started = Stopwatch.GetTimestamp();
                await client.GetStringAsync(path, cancellationToken);
                durations.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }

            durations.Sort();
            p95 = Math.Min(p95, durations[(int)(0.95 * durations.Count)]);
        }

        report.Add(string.Create(CultureInfo.InvariantCulture, $"hybrid search p95, {messages:N0} messages / 30 ms"), p95 / 30, "1", string.Create(CultureInfo.InvariantCulture, $"{p95:F1} ms, one client, {Questions} questions"));
        await CompareAsync(server, report, database, api, paths[0], seconds, cancellationToken);
    }

    private static async Task CompareAsync(BenchmarkServer server, Report report, string database, ServerProcess api, string path, int seconds, CancellationToken cancellationToken)
    {
        var file = Path.GetTempFileName();
        using (var client = QualityBenchmark.Client(api))
            await File.WriteAllTextAsync(file, await client.GetStringAsync(path, cancellationToken), cancellationToken);
        var script = await ScriptAsync(server, database, path, cancellationToken);
        try
        {
            await using var bare = await ServerProcess.StartBareAsync(file, cancellationToken);
            string[] paths = [.. Enumerable.Repeat(path, RawClient.Connections)];
            var duration = TimeSpan.FromSeconds(seconds);
            await RawClient.LoadAsync(bare.Port, paths, RawClient.Connections, duration);
            await RawClient.LoadAsync(api.Port, paths, RawClient.Connections, 2 * duration);
            Measurement kestrel = default, pgbench = default, ours = default;
            for (var round = 0; round < 3; round++)
            {
                kestrel = kestrel.Best(await Measurement.OfAsync([bare.Id, Environment.ProcessId], () => RawClient.LoadAsync(bare.Port, paths, RawClient.Connections, duration)));
                pgbench = pgbench.Best(await Measurement.OfAsync([server.Id, Environment.ProcessId], () => PgBench.LoadAsync(server, database, script, RawClient.Connections, seconds, cancellationToken)));
                ours = ours.Best(await Measurement.OfAsync([api.Id, server.Id, Environment.ProcessId], () => RawClient.LoadAsync(api.Port, paths, RawClient.Connections, duration)));
            }

            var limit = 1 / ((1 / pgbench.Rate) + (1 / kestrel.Rate));
            report.Add("hybrid search / limit", ours.Rate / limit, "0.8", string.Create(CultureInfo.InvariantCulture, $"{ours.Rate:F0} a second; pgbench {pgbench.Rate:F0}, Kestrel {kestrel.Rate:F0}, limit {limit:F0}"));
            report.Add("hybrid search / limit, processor time", (pgbench.Cost + kestrel.Cost) / ours.Cost, "0.8", string.Create(CultureInfo.InvariantCulture,
                $"{ours.Cost * 1e6:F0} µs each; pgbench {pgbench.Cost * 1e6:F0}, Kestrel {kestrel.Cost * 1e6:F0}"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>The statements of one search, as the server's log has them.</summary>
    private static async Task<string> ScriptAsync(BenchmarkServer server, string database, string path, CancellationToken cancellationToken)
    {
        var name = new NpgsqlConnectionStringBuilder(database).Database;
        await using var source = NpgsqlDataSource.Create(database);
        await using (var log = source.CreateCommand($"ALTER DATABASE {name} SET log_statement = 'all'"))
            await log.ExecuteNonQueryAsync(cancellationToken);
        // An API without background work, whose connections log what they are asked.
        await using var api = await ServerProcess.StartApiAsync(database, cancellationToken, ("Search__KeepInterval", "01:00:00"), ("Search__IndexInterval", "00:05:00"));
        using var client = QualityBenchmark.Client(api);
        for (var i = 0; i < 5; i++)
            await client.GetStringAsync(path, cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        var before = server.Postgres.Log.Length;
        await client.GetStringAsync(path, cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        var script = SentStatements.Script(server.Postgres.Log[before..]);
        await using (var quiet = source.CreateCommand($"ALTER DATABASE {name} RESET log_statement"))
            await quiet.ExecuteNonQueryAsync(cancellationToken);
        return script;
    }
}
