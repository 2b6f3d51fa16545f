using MaintenanceWorker.Monitoring.Instruments;
using Npgsql;
using PostgresForTests;
using TelemetryForTests;

namespace MaintenanceWorker.Tests.Monitoring;

/// <summary>Collection while a server is in trouble: only what cannot be known is missing, and the log says so once.</summary>
public sealed class TroubleTests
{
    private const string Own = "conversation_platform.postgresql.";

    [Fact]
    public async Task A_server_that_hangs_or_is_gone_costs_only_its_own_numbers()
    {
        await using var primary = await PostgresServer.StartAsync();
        var database = await WatchedDatabase.CreateAsync(primary);
        await using var replica = await primary.StartReplicaAsync("replica_one");
        await using var worker = await WatchingWorker.StartAsync([primary, replica], database);
        await worker.FreshAsync(primary, replica);

        await replica.FreezeAsync();
        try
        {
            await worker.UntilAsync("word that the replica hangs", export => Up(export, replica) == 0);
            var fresh = await worker.FreshAsync(primary);
            Assert.Equal(1, Up(fresh, primary));
            Assert.Contains(fresh, point => point.Metric == "postgresql.commits" && IsOf(point, primary));
            await worker.UntilAsync("end of the stale numbers", export => Up(export, replica) == 0 && !export.Any(point => point.Metric == "postgresql.commits" && IsOf(point, replica)));
            Assert.Contains(worker.Latest, point => point.Metric == Own + "collection.failures" && IsOf(point, replica) && point.Has(("error.type", "timeout")));
        }
        finally
        {
            await replica.ThawAsync();
        }

        await worker.UntilAsync("word that the replica is back", export => Up(export, replica) == 1);
        await worker.FreshAsync(primary, replica);
        // Said once a time, not at each look: as often as it is said of a server that it is back, after the first word on both.
        var lost = Times(worker.Log, "[2101]");
        Assert.InRange(lost, 1, 3);
        Assert.Equal(lost + 2, Times(worker.Log, "[2102]"));

        await primary.KillAsync();
        await worker.UntilAsync("word that the primary is gone", export => Up(export, primary) == 0);
        // The primary held what says whose turn it is; every worker publishes then.
        await worker.FreshAsync(replica);
        Assert.Equal(1, Up(worker.Latest, replica));
        await primary.RestartAsync();
        await worker.UntilAsync("word that the primary is back", export => Up(export, primary) == 1);
        await worker.FreshAsync(primary, replica);
        Assert.InRange(Times(worker.Log, "[2101]"), lost + 1, lost + 3);
        Assert.Equal(Times(worker.Log, "[2101]") + 2, Times(worker.Log, "[2102]"));
    }

    [Fact]
    public async Task A_server_without_a_connection_left_is_watched_on_by_who_is_in()
    {
        await using var server = await PostgresServer.StartAsync(new() { Settings = new Dictionary<string, string> { ["max_connections"] = "20" } });
        var database = await WatchedDatabase.CreateAsync(server);
        await using var worker = await WatchingWorker.StartAsync([server], database);
        await worker.FreshAsync(server);
        List<NpgsqlConnection> taken = [];
        try
        {
            await FillAsync();
            var export = await worker.FreshAsync(server);
            Assert.Equal(1, Up(export, server));
            Assert.Equal(20, export.Single(point => point.Metric == "postgresql.connection.max").Value);

            // Who comes now is not let in, and says why.
            await using var late = await WatchingWorker.StartAsync([server], database);
            while (!late.Log.Contains("has no connection left for the worker", StringComparison.Ordinal))
                await FillAsync();
            await late.UntilAsync("a refusal", sent => Up(sent, server) == 0 && sent.Any(point => point.Metric == Own + "collection.failures" && point.Has(("error.type", PostgresErrorCodes.TooManyConnections))));
            foreach (var connection in taken)
                await connection.DisposeAsync();
            await late.UntilLoggedAsync("lets the worker in, as primary");
        }
        finally
        {
            foreach (var connection in taken)
                await connection.DisposeAsync();
        }

        // Whatever a session gives up meanwhile is taken too.
        async Task FillAsync()
        {
            try
            {
                while (true)
                    taken.Add(await WatchedDatabase.OpenAsync(server.ConnectionStringFor(database)));
            }
            catch (PostgresException full) when (full.SqlState == PostgresErrorCodes.TooManyConnections)
            {
                await Task.Delay(50);
            }
        }
    }

    [Fact]
    public async Task Tables_that_a_command_locks_are_told_as_they_were_last_and_the_rest_goes_on()
    {
        await using var server = await PostgresServer.StartAsync();
        var database = await WatchedDatabase.CreateAsync(server);
        await using var worker = await WatchingWorker.StartAsync([server], database);
        var size = Single(await worker.FreshAsync(server), "postgresql.table.size", "conversation_messages");
        await using var holder = await WatchedDatabase.OpenAsync(server.ConnectionStringFor(database));
        await using var transaction = await holder.BeginTransactionAsync();
        // As VACUUM FULL, REINDEX of an index and a migration hold them.
        foreach (var sql in new[] { "LOCK TABLE conversation_messages IN ACCESS EXCLUSIVE MODE", "ALTER INDEX ix_conversations_lead_email SET (fillfactor = 80)" })
        {
            await using var command = new NpgsqlCommand(sql, holder, transaction);
            await command.ExecuteNonQueryAsync();
        }

        await using var writer = await WatchedDatabase.OpenAsync(server.ConnectionStringFor(database));
        await using (var grow = new NpgsqlCommand("INSERT INTO embedding_models (id, name, dimensions) SELECT n, n::text, 3 FROM generate_series(100, 5000) n", writer))
            await grow.ExecuteNonQueryAsync();
        var before = await WatchedDatabase.NumberAsync(server.ConnectionStringFor(database), "SELECT pg_relation_size('embedding_models')");
        var export = await worker.UntilAsync("the size of a table that is not locked", sent => Single(sent, "postgresql.table.size", "embedding_models") == before);
        Assert.Equal(size, Single(export, "postgresql.table.size", "conversation_messages"));
        await worker.UntilLoggedAsync("delivery backlog cannot be read: something is locked");
        Assert.Equal(1, Up(await worker.FreshAsync(server), server));
        Assert.Equal(1, Times(worker.Log, "delivery backlog cannot be read"));

        await transaction.RollbackAsync();
        await worker.UntilLoggedAsync("delivery backlog can be read again");
    }

    [Fact]
    public async Task A_reset_of_the_statistics_makes_no_counter_fall()
    {
        await using var server = await PostgresServer.StartAsync();
        var database = await WatchedDatabase.CreateAsync(server);
        await using var worker = await WatchingWorker.StartAsync([server], database);
        await worker.FreshAsync(server);
        foreach (var sql in new[] { "SELECT pg_stat_reset()", "SELECT pg_stat_reset_shared('bgwriter')", "SELECT pg_stat_reset_shared('wal')", "SELECT pg_stat_statements_reset()" })
        {
            await WatchedDatabase.ExecuteAsync(server.ConnectionStringFor(database), sql);
            await worker.FreshAsync(server);
        }

        var inserted = Single(worker.Latest, "postgresql.operations", "conversations");
        Assert.Equal(0, await WatchedDatabase.NumberAsync(server.ConnectionStringFor(database), "SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'conversations'"));
        Assert.InRange(inserted, 110, double.MaxValue);
        // A killed server forgets its statistics.
        await server.KillAsync();
        await server.RestartAsync();
        await worker.UntilAsync("word that it is back", () => Times(worker.Log, "[2102]") >= 1 && worker.Log.Contains("lets the worker in", StringComparison.Ordinal));
        await worker.FreshAsync(server);

        List<string> fallen = [];
        var last = new Dictionary<string, double>();
        foreach (var point in worker.Exports.SelectMany(export => export).Where(point => point.Kind == "counter" && Metrics.All.Any(metric => metric.Name == point.Metric)))
        {
            var series = $"{point.Metric} {string.Join(' ', point.Attributes.OrderBy(attribute => attribute.Key))}";
            if (last.TryGetValue(series, out var before) && point.Value < before)
                fallen.Add($"{series}: {before} to {point.Value}");
            last[series] = point.Value;
        }

        Assert.True(last.Count > 100, $"only {last.Count} counters were seen");
        Assert.Empty(fallen);
    }

    [Fact]
    public async Task Of_five_hundred_tables_the_largest_have_their_own_numbers_and_the_rest_is_summed()
    {
        await using var server = await PostgresServer.StartAsync();
        var database = await WatchedDatabase.CreateAsync(server);
        var connectionString = server.ConnectionStringFor(database);
        await WatchedDatabase.ExecuteAsync(connectionString, """
            DO $$ BEGIN
                FOR n IN 1..500 LOOP
                    EXECUTE format('CREATE TABLE crowd_%s (id int PRIMARY KEY) WITH (autovacuum_enabled = off)', n);
                    EXECUTE format('INSERT INTO crowd_%s SELECT generate_series(1, 10)', n);
                END LOOP;
            END $$
            """);
        await using var worker = await WatchingWorker.StartAsync([server], database, ("Monitoring__MaxTables", "50"), ("Monitoring__MaxIndexes", "60"));
        double tables;
        IReadOnlyList<MetricPoint> export;
        // The worker may write too, as it starts: what is compared is of one state.
        do
        {
            tables = await InsertedAsync();
            export = await worker.FreshAsync(server);
        }
        while (tables != await InsertedAsync());

        Assert.All(export.Where(point => point.Attributes.ContainsKey("db.collection.name") && !point.Attributes.ContainsKey("postgresql.index.name")).GroupBy(point => (point.Metric, point.Attributes.GetValueOrDefault("operation"), point.Attributes.GetValueOrDefault("source"), point.Attributes.GetValueOrDefault("state"))),
            series => Assert.InRange(series.Count(), 1, 51));
        Assert.Equal(61, export.Count(point => point.Metric == "postgresql.index.scans"));
        Assert.Equal(tables, export.Where(point => point.Metric == "postgresql.operations" && point.Has(("operation", "ins"))).Sum(point => point.Value));
        Assert.Single(export, point => point.Metric == "postgresql.operations" && point.Has(("operation", "ins"), ("db.collection.name", "other"), ("db.namespace", database)));
        Assert.DoesNotContain(export, point => point.Attributes.ContainsKey("otel.metric.overflow"));

        Task<double> InsertedAsync() => WatchedDatabase.NumberAsync(connectionString, "SELECT sum(n_tup_ins) FROM pg_stat_user_tables");
    }

    [Fact]
    public async Task Of_two_workers_one_publishes_and_the_other_takes_over_when_it_dies()
    {
        await using var server = await PostgresServer.StartAsync();
        var database = await WatchedDatabase.CreateAsync(server);
        await using var first = await WatchingWorker.StartAsync([server], database);
        await first.FreshAsync(server);
        await using var second = await WatchingWorker.StartAsync([server], database);
        await second.UntilLoggedAsync("Another worker publishes");
        var seen = second.Exports.Count;
        await first.FreshAsync(server);
        await second.UntilAsync("exports of the second worker", () => second.Exports.Count > seen);
        Assert.DoesNotContain(second.Exports.SelectMany(export => export), point => Metrics.All.Any(metric => metric.Name == point.Metric));

        await first.KillAsync();
        var taken = await second.FreshAsync(server);
        Assert.Equal(1, Up(taken, server));
        Assert.Contains("This worker publishes", second.Log, StringComparison.Ordinal);
    }

    private static double? Up(IReadOnlyList<MetricPoint> export, PostgresServer server) =>
        export.SingleOrDefault(point => point.Metric == Own + "up" && IsOf(point, server))?.Value;

    private static double Single(IReadOnlyList<MetricPoint> export, string metric, string table) =>
        export.FirstOrDefault(point => point.Metric == metric && point.Has(("db.collection.name", table)) && point.Attributes.GetValueOrDefault("operation", "ins") == "ins")?.Value ?? -1;

    private static bool IsOf(MetricPoint point, PostgresServer server) => point.Has(("server.port", $"{server.Port}"));

    private static int Times(string text, string part) => text.Split(part).Length - 1;
}
