using System.Globalization;
using Benchmarks.Measuring;
using Npgsql;

namespace Benchmarks.Replying;

/// <summary>Answering a lead against what PostgreSQL, with the same writes, and Kestrel, with the same bytes, could do at best. Nothing is sent.</summary>
internal static class ReplyBenchmark
{

    public static async Task RunAsync(BenchmarkServer server, Report report, int seconds, CancellationToken cancellationToken)
    {
        var database = await server.CreateDatabaseAsync(cancellationToken);
        await FillAsync(database, cancellationToken);
        await using var api = await ServerProcess.StartApiAsync(database, cancellationToken, ("Delivery__Provider", "None"));
        byte[][] requests = [.. Enumerable.Range(1, ReplyScript.Conversations).Select(n => RawClient.Post($"/api/v1/conversations/{IdOf(n)}/reply", $$"""{"content":"{{ReplyScript.Content}}"}"""))];
        new Random(5).Shuffle(requests);
        RawClient[] Clients(int port, int connection) => [new RawClient(port, requests, connection * requests.Length / RawClient.Connections)];

        using var client = new RawClient(api.Port, requests);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, client.Fetch(), cancellationToken);
        try
        {
            await using var bare = await ServerProcess.StartBareAsync(file, cancellationToken);
            var duration = TimeSpan.FromSeconds(seconds);
            await RawClient.LoadAsync(c => Clients(bare.Port, c), RawClient.Connections, duration);
            // A server runs for days: what is measured is compiled code, not its compilation.
            await RawClient.LoadAsync(c => Clients(api.Port, c), RawClient.Connections, 4 * duration);
            Measurement kestrel = default, pgbench = default, ours = default;
            for (var round = 0; round < 3; round++)
            {
                kestrel = kestrel.Best(await Measurement.OfAsync([bare.Id, Environment.ProcessId], () => RawClient.LoadAsync(c => Clients(bare.Port, c), RawClient.Connections, duration)));
                pgbench = pgbench.Best(await Measurement.OfAsync([server.Id, Environment.ProcessId], () => PgBench.LoadAsync(server, database, ReplyScript.Sql, RawClient.Connections, seconds, cancellationToken)));
                ours = ours.Best(await Measurement.OfAsync([api.Id, server.Id, Environment.ProcessId], () => RawClient.LoadAsync(c => Clients(api.Port, c), RawClient.Connections, duration)));
            }

            var limit = 1 / ((1 / pgbench.Rate) + (1 / kestrel.Rate));
            report.Add("reply / limit", ours.Rate / limit, "0.8", string.Create(CultureInfo.InvariantCulture,
                $"{ours.Rate:F0} a second; pgbench {pgbench.Rate:F0}, Kestrel {kestrel.Rate:F0}, limit {limit:F0}"));
            report.Add("reply / limit, processor time", (pgbench.Cost + kestrel.Cost) / ours.Cost, "0.8", string.Create(CultureInfo.InvariantCulture,
                $"{ours.Cost * 1e6:F0} µs each; pgbench {pgbench.Cost * 1e6:F0}, Kestrel {kestrel.Cost * 1e6:F0}"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static Guid IdOf(int n) => Guid.ParseExact(n.ToString("x32", CultureInfo.InvariantCulture), "N");

    private static async Task FillAsync(string database, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database) { CommandTimeout = 0 }.ConnectionString);
        foreach (var sql in ReplyScript.Fill)
            await using (var command = source.CreateCommand(sql))
                await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
