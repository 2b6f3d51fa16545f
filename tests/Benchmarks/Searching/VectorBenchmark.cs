using System.Diagnostics;
using System.Globalization;
using Benchmarks.Measuring;
using Npgsql;

namespace Benchmarks.Searching;

/// <summary>The index of vectors as the platform builds it against ivfflat with 100 lists, both set to find 98 of 100.</summary>
internal static class VectorBenchmark
{
    private const double Recall = 0.98;
    private const int Nearest = 10;
    private const int Questions = 100;
    private const string Hnsw = "SELECT message_id FROM message_embeddings WHERE model_id = 1 ORDER BY embedding::halfvec(200) <=> $1::text::halfvec(200) LIMIT 10";
    private const string Ivfflat = "SELECT message_id FROM guide_embeddings ORDER BY embedding <=> $1::text::vector(200) LIMIT 10";

    public static async Task RunAsync(BenchmarkServer server, Report report, int vectors, CancellationToken cancellationToken)
    {
        var database = await server.CreateDatabaseAsync(cancellationToken);
        var data = new SearchData(seed: 9);
        await data.FillAsync(database, vectors, cancellationToken);
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database) { CommandTimeout = 0, MaxAutoPrepare = 0 });
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync(connection, """
            CREATE TABLE guide_embeddings AS SELECT message_id, embedding::vector(200) AS embedding FROM message_embeddings;
            SET maintenance_work_mem = '1GB';
            CREATE INDEX ON guide_embeddings USING ivfflat (embedding vector_cosine_ops) WITH (lists = 100)
            """, cancellationToken);
        await ExecuteAsync(connection, "VACUUM ANALYZE guide_embeddings", cancellationToken);
        await ExecuteAsync(connection, "SET jit = off; SET max_parallel_workers_per_gather = 0", cancellationToken);
        string[] questions = [.. Enumerable.Range(0, Questions).Select(_ => "[" + string.Join(',', data.NearSomeCentre().Select(n => n.ToString("F5", CultureInfo.InvariantCulture))) + "]")];
        await ExecuteAsync(connection, "SET enable_indexscan = off", cancellationToken);
        var (exact, _) = await AskAsync(connection, Hnsw, questions, cancellationToken);
        await ExecuteAsync(connection, "SET enable_indexscan = on; SET enable_seqscan = off", cancellationToken);
        var hnsw = await UntilRecallAsync(connection, Hnsw, "hnsw.ef_search", [10, 15, 20, 25, 30, 40, 50, 60, 80, 100, 150, 200, 300, 400, 600, 1000], questions, exact, cancellationToken);
        var ivfflat = await UntilRecallAsync(connection, Ivfflat, "ivfflat.probes", [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100], questions, exact, cancellationToken);
        report.Add(string.Create(CultureInfo.InvariantCulture, $"HNSW / ivfflat(100), {vectors:N0} vectors"), hnsw.Rate / ivfflat.Rate, "10", string.Create(CultureInfo.InvariantCulture,
            $"ef_search {hnsw.Setting}: {hnsw.Rate:F0} a second at {hnsw.Recall:F3}; probes {ivfflat.Setting}: {ivfflat.Rate:F0} at {ivfflat.Recall:F3}"));
    }

    private static async Task<(int Setting, double Recall, double Rate)> UntilRecallAsync(
        NpgsqlConnection connection, string sql, string setting, int[] values, string[] questions, List<HashSet<Guid>> exact, CancellationToken cancellationToken)
    {
        (int, double, double) last = default;
        foreach (var value in values)
        {
            await ExecuteAsync(connection, $"LOAD 'vector'; SET {setting} = {value}", cancellationToken);
            await AskAsync(connection, sql, questions, cancellationToken);
            var (found, seconds) = await AskAsync(connection, sql, questions, cancellationToken);
            var recall = found.Zip(exact, (some, all) => (double)some.Count(all.Contains) / Nearest).Average();
            last = (value, recall, questions.Length / seconds);
            if (recall >= Recall)
                break;
        }

        return last;
    }

    private static async Task<(List<HashSet<Guid>> Found, double Seconds)> AskAsync(NpgsqlConnection connection, string sql, string[] questions, CancellationToken cancellationToken)
    {
        var found = new List<HashSet<Guid>>();
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new NpgsqlParameter<string>() } };
        var started = Stopwatch.GetTimestamp();
        foreach (var question in questions)
        {
            command.Parameters[0].Value = question;
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var ids = new HashSet<Guid>();
            while (await reader.ReadAsync(cancellationToken))
                ids.Add(reader.GetGuid(0));
            found.Add(ids);
        }

        return (found, Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
