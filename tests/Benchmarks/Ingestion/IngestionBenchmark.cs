using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Benchmarks.Measuring;
using MailForTests;
using Npgsql;

namespace Benchmarks.Ingestion;

/// <summary>Mail through the API against COPY of the rows that it became.</summary>
internal static class IngestionBenchmark
{
    // A server runs for days: what is measured is compiled code, not its compilation.
    private const int WarmUps = 15;
    private static readonly string[] _tables = ["conversations", "conversation_messages", "message_references"];

    public static async Task RunAsync(BenchmarkServer server, Report report, int mails, CancellationToken cancellationToken)
    {
        foreach (var corpus in new[] { GeneratedMail.Create(mails, seed: 5), RealMail.Find() }.OfType<MailCorpus>())
        {
            var body = Encoding.UTF8.GetBytes(string.Join('\n', corpus.Mails.Select(m => m.Json)));
            double ingestion = double.MaxValue, copy = double.MaxValue;
            var database = await server.CreateDatabaseAsync(cancellationToken);
            await using var api = await ServerProcess.StartApiAsync(database, cancellationToken);
            for (var round = -WarmUps; round < 5; round++)
            {
                await ExecuteAsync(database, "TRUNCATE conversations CASCADE; CHECKPOINT", cancellationToken);
                var elapsed = await PostAsync(api, body, cancellationToken);
                if (round < 0)
                    continue;
                ingestion = Math.Min(ingestion, elapsed);
                copy = Math.Min(copy, await CopyAsync(database, await server.CreateDatabaseAsync(cancellationToken), cancellationToken));
            }

            report.Add($"ingestion / COPY, {corpus.Name}", copy / ingestion, "0.5", string.Create(CultureInfo.InvariantCulture,
                $"{corpus.Mails.Count / ingestion:F0} / {corpus.Mails.Count / copy:F0} messages a second"));
        }
    }

    private static async Task<double> PostAsync(ServerProcess api, byte[] body, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromMinutes(5) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ServerProcess.Key);
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/x-ndjson");
        var started = Stopwatch.GetTimestamp();
        using var response = await client.PostAsync($"http://127.0.0.1:{api.Port}/api/v1/inbound/messages", content, cancellationToken);
        var answer = await response.Content.ReadAsStringAsync(cancellationToken);
        var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return answer.Contains("refused", StringComparison.Ordinal) ? throw new InvalidOperationException("Mail was refused.") : elapsed;
    }

    private static async Task<double> CopyAsync(string from, string to, CancellationToken cancellationToken)
    {
        await using var source = new NpgsqlConnection(from);
        await using var target = new NpgsqlConnection(to);
        await source.OpenAsync(cancellationToken);
        await target.OpenAsync(cancellationToken);
        var data = new List<(string Table, byte[] Bytes)>();
        foreach (var table in _tables)
        {
            using var memory = new MemoryStream();
            await using (var export = await source.BeginRawBinaryCopyAsync($"COPY {table} TO STDOUT (FORMAT BINARY)", cancellationToken))
                await export.CopyToAsync(memory, cancellationToken);
            data.Add((table, memory.ToArray()));
        }

        var started = Stopwatch.GetTimestamp();
        await using var transaction = await target.BeginTransactionAsync(cancellationToken);
        foreach (var (table, bytes) in data)
            await using (var import = await target.BeginRawBinaryCopyAsync($"COPY {table} FROM STDIN (FORMAT BINARY)", cancellationToken))
                await import.WriteAsync(bytes, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task ExecuteAsync(string database, string sql, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(database);
        foreach (var statement in sql.Split("; "))
            await using (var command = source.CreateCommand(statement))
                await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
