using System.Globalization;
using MaintenanceWorker.Alerts;
using MaintenanceWorker.HealthReport;
using MaintenanceWorker.Tests.HealthReport;
using Npgsql;
using PostgresForTests;

namespace MaintenanceWorker.Tests.Alerts;

/// <summary>Every rule fires when it should and is silent when it should be.</summary>
public sealed class RuleTests(ReportingServers servers) : IClassFixture<ReportingServers>
{
    [Fact]
    public async Task A_sound_cluster_has_no_alerts()
    {
        var report = await EventuallyAsync(report => report.Alerts.Count == 0, alerts => alerts.Indexes.MaxUnused = 100);
        Assert.Empty(report.Notes);
        Assert.Empty(report.Findings);
    }

    [Fact]
    public async Task Sessions_are_judged_by_their_share_of_what_the_server_allows()
    {
        // 43 less 3 for administrators: 20 and 25 of 30 are 26 and 33 of 40.
        Assert.DoesNotContain((await servers.ReportAsync()).Findings, finding => finding.Rule == "connections");
        List<NpgsqlConnection> sessions = [];
        try
        {
            await OpenAsync(28);
            Assert.Matches("^WARNING: (2[89]|3[0-3]) active connections \\(threshold: 26\\)$", Alert(await servers.ReportAsync(), "connections"));
            await OpenAsync(34);
            Assert.Matches("^HIGH: (3[4-9]) active connections \\(threshold: 33\\)$", Alert(await servers.ReportAsync(), "connections"));
        }
        finally
        {
            foreach (var session in sessions)
                await session.DisposeAsync();
        }

        async Task OpenAsync(int number)
        {
            while (sessions.Count < number)
                sessions.Add(await WatchedDatabase.OpenAsync(servers.ConnectionString));
        }
    }

    [Fact]
    public async Task Slow_statements_are_counted_by_their_mean_time()
    {
        await WatchedDatabase.ExecuteAsync(servers.ConnectionString, "SELECT pg_sleep(0.3)");
        var report = await servers.ReportAsync(alerts => (alerts.QueryPerformance.SlowQueryThresholdMs, alerts.QueryPerformance.MaxSlowQueries) = (250, 0));
        var slow = await WatchedDatabase.NumberAsync(servers.ConnectionString, "SELECT count(*) FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid AND d.datname = current_database() WHERE mean_exec_time > 250");
        Assert.Equal(slow, (double?)report.Metrics.SlowQueries);
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"WARNING: {slow} slow {(slow == 1 ? "query" : "queries")} detected"), Alert(report, "slow_queries"));
        Assert.DoesNotContain((await servers.ReportAsync(alerts => alerts.QueryPerformance.SlowQueryThresholdMs = 60_000)).Findings, finding => finding.Rule == "slow_queries");
    }

    [Theory]
    [InlineData(0.0001, 80, "WARNING")]
    [InlineData(0.0001, 0.001, "CRITICAL")]
    [InlineData(50, 80, null)]
    public async Task Storage_is_databases_and_WAL(double warning, double critical, string? severity)
    {
        var report = await servers.ReportAsync(alerts => (alerts.Storage.WarningGb, alerts.Storage.CriticalGb) = (warning, critical));
        Assert.Equal(severity, Alert(report, "storage")?.Split(':')[0]);
        var bytes = await WatchedDatabase.NumberAsync(servers.ConnectionString, "SELECT (SELECT sum(pg_database_size(oid)) FROM pg_database WHERE NOT datistemplate) + (SELECT sum(size) FROM pg_ls_waldir())");
        Assert.InRange(report.Metrics.StorageBytes!.Value, bytes * 0.8, bytes * 1.2);
    }

    [Fact]
    public async Task Row_history_without_its_partitions_is_found_and_prune_history_is_named()
    {
        Assert.DoesNotContain((await servers.ReportAsync()).Findings, finding => finding.Rule == "history_partitions");
        const string Next = "to_char(date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month', 'YYYY_MM')";
        await WatchedDatabase.ExecuteAsync(servers.ConnectionString, $"""
            DO $$ BEGIN EXECUTE 'DROP TABLE history.row_versions_' || {Next}; END $$;
            INSERT INTO history.row_versions (recorded_at, table_name, row_id, conversation_id, operation, old_row) VALUES (now() - interval '3 months', 'conversations', gen_random_uuid(), gen_random_uuid(), 'UPDATE', '{"{}"}')
            """);
        var found = (await servers.ReportAsync()).Findings.Where(finding => finding.Rule == "history_partitions").ToArray();
        Assert.Equal(["default", "next month"], found.Select(finding => finding.Subject));
        Assert.All(found, finding => Assert.StartsWith("WARNING: row history ", finding.ToString(), StringComparison.Ordinal));
        Assert.All(found, finding => Assert.Contains("prune-history", finding.Message, StringComparison.Ordinal));

        await WatchedDatabase.ExecuteAsync(servers.ConnectionString, "SELECT history.ensure_partitions(2)");
        Assert.DoesNotContain((await servers.ReportAsync()).Findings, finding => finding.Rule == "history_partitions");
    }

    [Fact]
    public async Task A_replica_that_does_not_replay_is_behind()
    {
        Assert.DoesNotContain((await servers.ReportAsync(alerts => alerts.Replication.LagWarningSeconds = 0.001)).Findings, finding => finding.Rule == "replication_lag");
        var replica = servers.Replica.ConnectionStringFor(servers.Database);
        await WatchedDatabase.ExecuteAsync(replica, "SELECT pg_wal_replay_pause()");
        try
        {
            await WatchedDatabase.ExecuteAsync(servers.ConnectionString, "UPDATE embedding_models SET dimensions = dimensions");
            var report = await EventuallyAsync(report => Alert(report, "replication_lag") is not null, alerts => alerts.Replication.LagWarningSeconds = 0.001);
            Assert.Matches(@"^WARNING: 127\.0\.0\.1:\d+ is [\d.]+ s behind \(threshold: 0\.001 s\)$", Alert(report, "replication_lag"));
            Assert.StartsWith("CRITICAL", Alert(await servers.ReportAsync(alerts => (alerts.Replication.LagWarningSeconds, alerts.Replication.LagCriticalSeconds) = (0.001, 0.002)), "replication_lag"), StringComparison.Ordinal);
            Assert.True(report.Metrics.ReplicationLagSeconds!.Values.Single() > 0);
        }
        finally
        {
            await WatchedDatabase.ExecuteAsync(replica, "SELECT pg_wal_replay_resume()");
        }
    }

    [Fact]
    public async Task A_replica_that_receives_nothing_or_does_not_answer_is_named()
    {
        await using var second = await servers.Primary.StartReplicaAsync("replica_two");
        IReadOnlyList<PostgresServer> all = [servers.Primary, second];
        Assert.DoesNotContain((await ReportingServers.ReportAsync(all, servers.Database)).Findings, finding => finding.Rule is "server_down");
        await WatchedDatabase.ExecuteAsync(second.ConnectionStringFor("postgres"), "ALTER SYSTEM SET primary_conninfo = ''");
        await WatchedDatabase.ExecuteAsync(second.ConnectionStringFor("postgres"), "SELECT pg_reload_conf()");
        await EventuallyAsync(report => Alert(report, "not_streaming") == $"WARNING: 127.0.0.1:{second.Port} receives no WAL", null, all);

        await second.StopAsync();
        Assert.StartsWith($"WARNING: 127.0.0.1:{second.Port} ", Alert(await ReportingServers.ReportAsync(all, servers.Database), "server_down"), StringComparison.Ordinal);
        await WatchedDatabase.ExecuteAsync(servers.ConnectionString, "SELECT pg_drop_replication_slot('replica_two')");
    }

    [Fact]
    public async Task Unused_indexes_are_those_that_hold_up_no_constraint_and_that_nobody_scanned()
    {
        await WatchedDatabase.ExecuteAsync(servers.ConnectionString, "CREATE TABLE shelf (id int PRIMARY KEY, code int UNIQUE, colour int); INSERT INTO shelf SELECT n, n, n FROM generate_series(1, 1000) n; CREATE INDEX ix_shelf_colour ON shelf (colour); CREATE TABLE empty_shelf (colour int); CREATE INDEX ix_empty_shelf ON empty_shelf (colour)");
        var report = await EventuallyAsync(report => report.Metrics.UnusedIndexNames?.Contains("public.ix_shelf_colour") == true, alerts => alerts.Indexes.MaxUnused = 0);
        Assert.Equal($"INFO: {report.Metrics.UnusedIndexes} unused indexes found", Alert(report, "unused_indexes"));
        Assert.DoesNotContain(report.Metrics.UnusedIndexNames!, index => index.Contains("shelf_pkey", StringComparison.Ordinal) || index.Contains("shelf_code", StringComparison.Ordinal) || index.Contains("empty", StringComparison.Ordinal));
        Assert.DoesNotContain((await servers.ReportAsync(alerts => alerts.Indexes.MaxUnused = (int)report.Metrics.UnusedIndexes!)).Findings, finding => finding.Rule == "unused_indexes");
        await WatchedDatabase.ExecuteAsync(servers.ConnectionString, "DROP TABLE shelf, empty_shelf");
    }

    [Fact]
    public async Task An_index_whose_build_failed_is_found()
    {
        Assert.DoesNotContain((await servers.ReportAsync()).Findings, finding => finding.Rule == "invalid_indexes");
        await WatchedDatabase.ExecuteAsync(servers.ConnectionString, "CREATE TABLE twins (id int); INSERT INTO twins VALUES (1), (1)");
        await Assert.ThrowsAsync<PostgresException>(() => WatchedDatabase.ExecuteAsync(servers.ConnectionString, "CREATE UNIQUE INDEX CONCURRENTLY ux_twins ON twins (id)"));
        Assert.Equal("WARNING: 1 invalid index found", Alert(await servers.ReportAsync(), "invalid_indexes"));
        await WatchedDatabase.ExecuteAsync(servers.ConnectionString, "DROP TABLE twins");
    }

    [Fact]
    public async Task An_index_that_is_being_built_is_not_taken_for_one_whose_build_failed()
    {
        await WatchedDatabase.ExecuteAsync(servers.ConnectionString, "CREATE TABLE site (id int)");
        Task building;
        await using (await LockedTable.HoldAsync(servers.ConnectionString, "site", "ROW EXCLUSIVE"))
        {
            building = WatchedDatabase.ExecuteAsync(servers.ConnectionString, "CREATE INDEX CONCURRENTLY ix_site ON site (id)");
            while (await WatchedDatabase.NumberAsync(servers.ConnectionString, "SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('ix_site') AND NOT indisvalid") == 0 && !building.IsCompleted)
                await Task.Delay(20);
            Assert.DoesNotContain((await servers.ReportAsync()).Findings, finding => finding.Rule == "invalid_indexes");
        }

        await building;
        await WatchedDatabase.ExecuteAsync(servers.ConnectionString, "DROP TABLE site");
    }

    [Fact]
    public async Task A_transaction_that_stays_open_is_found()
    {
        await using var session = await WatchedDatabase.OpenAsync(servers.ConnectionString);
        await using (var transaction = await session.BeginTransactionAsync())
        {
            await using var command = new NpgsqlCommand("SELECT pg_sleep(0.3)", session, transaction);
            await command.ExecuteNonQueryAsync();
            Assert.Matches("^WARNING: a transaction is open for [0-9]+ s \\(threshold: 0.2 s\\)$", Alert(await servers.ReportAsync(alerts => alerts.Transactions.LongestSeconds = 0.2), "long_transaction"));
            Assert.Null(Alert(await servers.ReportAsync(), "long_transaction"));
        }
    }

    [Theory]
    [InlineData(1, 1_000_000_000, "WARNING")]
    [InlineData(1, 2, "CRITICAL")]
    [InlineData(500_000_000, 1_500_000_000, null)]
    public async Task Transaction_ids_that_run_out_are_found(long warning, long critical, string? severity)
    {
        var report = await servers.ReportAsync(alerts => (alerts.Transactions.XidAgeWarning, alerts.Transactions.XidAgeCritical) = (warning, critical));
        Assert.Equal(severity, Alert(report, "xid_age")?.Split(':')[0]);
    }

    [Fact]
    public async Task Slots_that_nobody_uses_or_that_lost_WAL_and_an_archive_that_fails_are_found()
    {
        await using var server = await PostgresServer.StartAsync(new()
        {
            Settings = new Dictionary<string, string> { ["archive_mode"] = "on", ["archive_command"] = "false", ["max_slot_wal_keep_size"] = "1MB" },
        });
        var database = await WatchedDatabase.CreateAsync(server);
        var connectionString = server.ConnectionStringFor(database);
        var before = await ReportingServers.ReportAsync([server], database);
        Assert.DoesNotContain(before.Findings, finding => finding.Rule is "archiving_failed" or "inactive_slot" or "slot_lost");

        await WatchedDatabase.ExecuteAsync(connectionString, "SELECT pg_create_physical_replication_slot('forgotten', true)");
        await WatchedDatabase.ExecuteAsync(connectionString, "UPDATE conversations SET subject = subject || '!'");
        Assert.StartsWith("WARNING: the replication slot forgotten is not in use and holds back ",
            Alert(await ReportingServers.ReportAsync([server], database, alerts => alerts.Replication.SlotWarningGb = 1e-9), "inactive_slot"), StringComparison.Ordinal);
        for (var i = 0; i < 4; i++)
        {
            await WatchedDatabase.ExecuteAsync(connectionString, "UPDATE conversations SET subject = subject");
            await WatchedDatabase.ExecuteAsync(connectionString, "SELECT pg_switch_wal()");
        }

        await WatchedDatabase.ExecuteAsync(connectionString, "CHECKPOINT");
        await EventuallyAsync(report => Alert(report, "slot_lost")?.StartsWith("CRITICAL: the replication slot forgotten lost WAL", StringComparison.Ordinal) == true, null, [server], database);
        await EventuallyAsync(report => Alert(report, "archiving_failed") == "CRITICAL: the last attempt to archive a WAL file failed", null, [server], database);
    }

    [Fact]
    public async Task Without_a_primary_and_with_two_of_them_the_report_says_so_without_a_database()
    {
        await using var primary = await PostgresServer.StartAsync();
        var database = await WatchedDatabase.CreateAsync(primary);
        await using var replica = await primary.StartReplicaAsync("replica_one");
        await WatchedDatabase.ExecuteAsync(replica.ConnectionString, "SELECT pg_promote()");
        Assert.StartsWith("CRITICAL: ", Alert(await ReportingServers.ReportAsync([primary, replica], database), "several_primaries"), StringComparison.Ordinal);

        await replica.StopAsync();
        await primary.FreezeAsync();
        try
        {
            var report = await ReportingServers.ReportAsync([primary, replica], database);
            Assert.StartsWith("CRITICAL: no primary answers (127.0.0.1:", Assert.Single(report.Alerts), StringComparison.Ordinal);
            Assert.Contains($"127.0.0.1:{primary.Port} gave no answer in time", report.Alerts[0], StringComparison.Ordinal);
            Assert.Null(report.Metrics.ActiveConnections);
        }
        finally
        {
            await primary.ThawAsync();
        }
    }

    private static string? Alert(DatabaseHealthReport report, string rule)
    {
        var index = report.Findings.Select((finding, i) => (finding.Rule, i)).Where(each => each.Rule == rule).Select(each => (int?)each.i).SingleOrDefault();
        return index is { } found ? report.Alerts[found] : null;
    }

    private async Task<DatabaseHealthReport> EventuallyAsync(Func<DatabaseHealthReport, bool> holds, Action<AlertsOptions>? configure, IReadOnlyList<PostgresServer>? all = null, string? database = null)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var report = await ReportingServers.ReportAsync(all ?? [servers.Primary, servers.Replica], database ?? servers.Database, configure);
            if (holds(report))
                return report;
            Assert.False(limit.IsCancellationRequested, $"It did not come to that: {string.Join("; ", report.Alerts)} {string.Join("; ", report.Notes)}");
            await Task.Delay(100);
        }
    }
}
