using System.Diagnostics;
using System.Globalization;
using Benchmarks.Measuring;
using Npgsql;

namespace Benchmarks.Monitoring;

/// <summary>What watching a database of 100 tables costs, at the default intervals: processor time of the worker and of its sessions, as a share of one core.</summary>
internal static class MonitoringBenchmark
{
    private const int Tables = 100;
    // USER_HZ, which is 100 wherever Linux runs .NET.
    private const double TicksASecond = 100;

    public static async Task RunAsync(BenchmarkServer server, Report report, int seconds, CancellationToken cancellationToken)
    {
        var database = await server.CreateDatabaseAsync(cancellationToken);
        await FillAsync(database, cancellationToken);
        await using var worker = await ServerProcess.StartWorkerAsync(database, cancellationToken);
        var sessions = await SessionsAsync(database, cancellationToken);
        for (var tries = 0; sessions.Count == 0; tries++)
        {
            if (tries == 120)
                throw new InvalidOperationException("The worker opened no session for monitoring within 60 s.");
            await Task.Delay(500, cancellationToken);
            sessions = await SessionsAsync(database, cancellationToken);
        }

        // The first collections load code, which is compiled better after some rounds, and fill caches.
        await Task.Delay(TimeSpan.FromSeconds(120), cancellationToken);
        sessions = await SessionsAsync(database, cancellationToken);
        var watch = Stopwatch.StartNew();
        var (process, backends) = (Ticks(worker.Id), sessions.Sum(Ticks));
        // Whole rounds of the slower interval.
        await Task.Delay(TimeSpan.FromSeconds(Math.Max(60, seconds / 60 * 60)), cancellationToken);
        if (!(await SessionsAsync(database, cancellationToken)).SetEquals(sessions))
            throw new InvalidOperationException("The worker changed its sessions in the middle: what the old ones took is not known. Run it again.");
        var elapsed = watch.Elapsed.TotalSeconds;
        process = Ticks(worker.Id) - process;
        backends = sessions.Sum(Ticks) - backends;
        report.Add("monitoring, CPU / 1 % of a core", (process + backends) / TicksASecond / elapsed * 100, "1", string.Create(CultureInfo.InvariantCulture,
            $"worker {process / TicksASecond / elapsed:P2}, backends {backends / TicksASecond / elapsed:P2} of a core over {elapsed:F0} s, {Tables} tables more"));
    }

    // Fields 14 and 15, counted after the name in brackets, which may have spaces.
    private static double Ticks(int process)
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture);
    }

    private static async Task<HashSet<int>> SessionsAsync(string database, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand("SELECT pid FROM pg_stat_activity WHERE application_name = 'MaintenanceWorker monitoring' AND datname = current_database()");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        HashSet<int> sessions = [];
        while (await reader.ReadAsync(cancellationToken))
            sessions.Add(reader.GetInt32(0));
        return sessions;
    }

    private static async Task FillAsync(string database, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(database);
        foreach (var sql in new[]
            {
                "CREATE EXTENSION IF NOT EXISTS pg_stat_statements",
                "GRANT pg_monitor TO maintenance",
                string.Create(CultureInfo.InvariantCulture, $"""
                    DO $$ BEGIN
                        FOR n IN 1..{Tables} LOOP
                            EXECUTE format('CREATE TABLE more_%s (id int PRIMARY KEY, code int, body text)', n);
                            EXECUTE format('CREATE INDEX ON more_%s (code)', n);
                            EXECUTE format('INSERT INTO more_%s SELECT i, i, repeat(''x'', 100) FROM generate_series(1, 1000) i', n);
                        END LOOP;
                    END $$
                    """),
                "VACUUM ANALYZE",
            })
        {
            await using var command = source.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
