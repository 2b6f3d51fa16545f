using MaintenanceWorker.Monitoring.Sql;
using Npgsql;
using PostgresForTests;

namespace MaintenanceWorker.Tests.Monitoring;

public sealed class VersionTests
{
    /// <summary>The server that the finder gives and every other one, 15 or later, that this machine has, with pgvector or without.</summary>
    public static TheoryData<string> Servers() => new(Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(folder => Path.Combine(folder, "bin"))
            .Where(bin => File.Exists(Path.Combine(bin, "initdb")) && int.Parse(Path.GetFileName(Path.GetDirectoryName(bin))!, null) >= StatisticsQueries.Oldest).Prepend("")
        : [""]);

    [Theory]
    [InlineData(15, "FROM pg_stat_bgwriter", "pg_stat_checkpointer")]
    [InlineData(16, "FROM pg_stat_bgwriter", "pg_stat_checkpointer")]
    [InlineData(17, "FROM pg_stat_checkpointer", "checkpoints_timed")]
    [InlineData(18, "total_autovacuum_time", "buffers_backend")]
    [InlineData(19, "total_autovacuum_time", "buffers_backend")]
    public void Each_version_is_asked_for_what_it_has(int major, string has, string lacks)
    {
        var sql = string.Join('\n', StatisticsQueries.For(major, 1000).Select(query => query.Sql));
        Assert.Contains(has, sql, StringComparison.Ordinal);
        Assert.DoesNotContain(lacks, sql, StringComparison.Ordinal);
        // Renamed in 13 and in 17.
        Assert.DoesNotContain("mean_time", sql.Replace("mean_exec_time", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("blk_read_time", sql, StringComparison.Ordinal);
        Assert.Equal(major >= 18, sql.Contains("total_vacuum_time", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Every_query_runs_on_a_primary_and_a_standby_of_each_server_of_this_machine(string bin)
    {
        await using var primary = await PostgresServer.StartAsync(new() { BinDirectory = bin.Length > 0 ? bin : null });
        await WatchedDatabase.ExecuteAsync(primary.ConnectionString, "CREATE EXTENSION pg_stat_statements; CREATE TABLE notes (id int PRIMARY KEY, body text); INSERT INTO notes VALUES (1, 'x'); CREATE ROLE watcher; GRANT pg_monitor TO watcher; GRANT SELECT ON notes TO watcher");
        await WatchedDatabase.ExecuteAsync(primary.ConnectionString, "VACUUM ANALYZE");
        await using var replica = await primary.StartReplicaAsync("replica_one");
        foreach (var server in new[] { primary, replica })
        {
            await using var connection = await WatchedDatabase.OpenAsync(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Options = "-c role=watcher -c default_transaction_read_only=on" }.ConnectionString);
            foreach (var query in StatisticsQueries.For(connection.PostgreSqlVersion.Major, 1000).Where(query => query.Audience is Audience.Everybody || query.Audience is Audience.Standby && server == replica))
                await ReadsItsColumnsAsync(connection, query);
        }
    }

    private static async Task ReadsItsColumnsAsync(NpgsqlConnection connection, StatisticsQuery query)
    {
        var rows = await MaintenanceWorker.Monitoring.Collecting.StatisticsRow.ReadAsync(connection, query, default);
        Assert.True(rows.Count > 0 || query.Name is "replicas" or "replication slots" or "locks" or "conflicts", $"{query.Name} gave nothing");
        await using var command = new NpgsqlCommand(query.Sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        Assert.Equal(query.Labels.Count + query.Measures.Count + (query.Limit == SeriesLimit.None ? 0 : 1), reader.FieldCount);
    }
}
