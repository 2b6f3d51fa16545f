using System.Globalization;
using MailForTests;
using PostgresForTests;

namespace Benchmarks.Measuring;

/// <summary>A PostgreSQL that is as careful as one in production.</summary>
internal sealed class BenchmarkServer(PostgresServer postgres) : IAsyncDisposable
{
    public PostgresServer Postgres { get; } = postgres;

    /// <summary>The postmaster, whose children do the work.</summary>
    public int Id => int.Parse(File.ReadLines(Path.Combine(Postgres.DataDirectory, "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    public static async Task<BenchmarkServer> StartAsync(CancellationToken cancellationToken) => new(await PostgresServer.StartAsync(new()
    {
        Settings = new Dictionary<string, string>
        {
            ["fsync"] = "on", ["synchronous_commit"] = "on", ["full_page_writes"] = "on", ["shared_buffers"] = "1GB", ["max_wal_size"] = "8GB", ["autovacuum"] = "off",
        },
    }, cancellationToken));

    public Task<string> CreateDatabaseAsync(CancellationToken cancellationToken) => MigratedDatabase.CreateAsync(Postgres, cancellationToken);

    public ValueTask DisposeAsync() => Postgres.DisposeAsync();
}
