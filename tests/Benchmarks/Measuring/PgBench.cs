using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Benchmarks.Measuring;

/// <summary>PostgreSQL's own load generator with our statement, prepared.</summary>
internal static partial class PgBench
{
    /// <summary>Runs the statement for so long; says how often that was.</summary>
    public static async Task<long> LoadAsync(BenchmarkServer server, string connectionString, string sql, int connections, int seconds, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        var script = Path.GetTempFileName();
        await File.WriteAllTextAsync(script, sql + ";\n", cancellationToken);
        try
        {
            var start = new ProcessStartInfo(Path.Combine(server.Postgres.BinDirectory, "pgbench"),
                ["-h", "127.0.0.1", "-p", $"{settings.Port}", "-U", "postgres", "-n", "-M", "prepared", "-c", $"{connections}", "-j", $"{connections}", "-T", $"{seconds}", "-f", script, settings.Database!])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment["PGPASSWORD"] = settings.Password;
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return Transactions().Match(output) is { Success: true } match
                ? long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
                : throw new InvalidOperationException(output + await error);
        }
        finally
        {
            File.Delete(script);
        }
    }

    [GeneratedRegex(@"actually processed: ([0-9]+)")]
    private static partial Regex Transactions();
}
