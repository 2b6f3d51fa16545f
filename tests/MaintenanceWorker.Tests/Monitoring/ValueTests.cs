using PostgresForTests;
using TelemetryForTests;

namespace MaintenanceWorker.Tests.Monitoring;

/// <summary>What the collector receives from the worker against the test's own SQL.</summary>
public sealed class ValueTests(WatchedCluster cluster) : IClassFixture<WatchedCluster>
{
    private const string Own = "conversation_platform.postgresql.";
    private const string Schema = "{db}|public";

    /// <summary>Metric, attributes, SQL. The SQL runs before and after the collection: the number lies between.</summary>
    private static readonly (string Metric, string Attributes, string Sql)[] _onEveryServer =
    [
        ("postgresql.connection.max", "", "SHOW max_connections"),
        (Own + "connection.allowed", "", "SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int"),
        ("postgresql.db_size", "db.namespace={db}", "SELECT pg_database_size(current_database())"),
        ("postgresql.commits", "db.namespace={db}", "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"),
        ("postgresql.rollbacks", "db.namespace={db}", "SELECT xact_rollback FROM pg_stat_database WHERE datname = current_database()"),
        ("postgresql.deadlocks", "db.namespace={db}", "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"),
        ("postgresql.temp_files", "db.namespace={db}", "SELECT temp_files FROM pg_stat_database WHERE datname = current_database()"),
        ("postgresql.temp.io", "db.namespace={db}", "SELECT temp_bytes FROM pg_stat_database WHERE datname = current_database()"),
        ("postgresql.blks_hit", "db.namespace={db}", "SELECT blks_hit FROM pg_stat_database WHERE datname = current_database()"),
        ("postgresql.blks_read", "db.namespace={db}", "SELECT blks_read FROM pg_stat_database WHERE datname = current_database()"),
        ("postgresql.tup_returned", "db.namespace={db}", "SELECT tup_returned FROM pg_stat_database WHERE datname = current_database()"),
        ("postgresql.tup_fetched", "db.namespace={db}", "SELECT tup_fetched FROM pg_stat_database WHERE datname = current_database()"),
        ("postgresql.tup_inserted", "db.namespace={db}", "SELECT tup_inserted FROM pg_stat_database WHERE datname = current_database()"),
        (Own + "xid.age", "db.namespace={db}", "SELECT age(datfrozenxid) FROM pg_database WHERE datname = current_database()"),
        (Own + "multixact.age", "db.namespace={db}", "SELECT mxid_age(datminmxid) FROM pg_database WHERE datname = current_database()"),
        ("postgresql.database.count", "db.namespace={db}", "SELECT count(*) FROM pg_database WHERE NOT datistemplate"),
        ("postgresql.table.count", "db.namespace={db}", "SELECT count(*) FROM pg_stat_user_tables"),
        ("postgresql.rows", $"state=live,db.namespace={Schema},db.collection.name=conversations", "SELECT n_live_tup FROM pg_stat_user_tables WHERE relname = 'conversations'"),
        ("postgresql.rows", $"state=dead,db.namespace={Schema},db.collection.name=conversations", "SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = 'conversations'"),
        ("postgresql.operations", $"operation=ins,db.namespace={Schema},db.collection.name=conversation_messages", "SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'conversation_messages'"),
        ("postgresql.operations", $"operation=upd,db.namespace={Schema},db.collection.name=conversations", "SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname = 'conversations'"),
        ("postgresql.operations", $"operation=hot_upd,db.namespace={Schema},db.collection.name=conversations", "SELECT n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'conversations'"),
        ("postgresql.operations", $"operation=del,db.namespace={Schema},db.collection.name=conversations", "SELECT n_tup_del FROM pg_stat_user_tables WHERE relname = 'conversations'"),
        ("postgresql.sequential_scans", $"db.namespace={Schema},db.collection.name=conversations", "SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'conversations'"),
        ("postgresql.table.vacuum.count", $"db.namespace={Schema},db.collection.name=conversations", "SELECT vacuum_count FROM pg_stat_user_tables WHERE relname = 'conversations'"),
        (Own + "table.autovacuum.count", $"db.namespace={Schema},db.collection.name=conversations", "SELECT autovacuum_count FROM pg_stat_user_tables WHERE relname = 'conversations'"),
        (Own + "table.analyze.count", $"db.namespace={Schema},db.collection.name=conversations", "SELECT analyze_count + autoanalyze_count FROM pg_stat_user_tables WHERE relname = 'conversations'"),
        ("postgresql.blocks_read", $"source=heap_hit,db.namespace={Schema},db.collection.name=conversations", "SELECT heap_blks_hit FROM pg_statio_user_tables WHERE relname = 'conversations'"),
        ("postgresql.blocks_read", $"source=heap_read,db.namespace={Schema},db.collection.name=conversations", "SELECT heap_blks_read FROM pg_statio_user_tables WHERE relname = 'conversations'"),
        ("postgresql.blocks_read", $"source=idx_hit,db.namespace={Schema},db.collection.name=conversations", "SELECT idx_blks_hit FROM pg_statio_user_tables WHERE relname = 'conversations'"),
        ("postgresql.blocks_read", $"source=idx_read,db.namespace={Schema},db.collection.name=conversations", "SELECT idx_blks_read FROM pg_statio_user_tables WHERE relname = 'conversations'"),
        ("postgresql.blocks_read", $"source=toast_hit,db.namespace={Schema},db.collection.name=conversations", "SELECT toast_blks_hit FROM pg_statio_user_tables WHERE relname = 'conversations'"),
        ("postgresql.blocks_read", $"source=tidx_read,db.namespace={Schema},db.collection.name=conversations", "SELECT tidx_blks_read FROM pg_statio_user_tables WHERE relname = 'conversations'"),
        ("postgresql.table.size", $"db.namespace={Schema},db.collection.name=conversations", "SELECT pg_relation_size('conversations')"),
        (Own + "table.total_size", $"db.namespace={Schema},db.collection.name=conversations", "SELECT pg_total_relation_size('conversations')"),
        ("postgresql.index.scans", $"db.namespace={Schema},db.collection.name=conversations,postgresql.index.name=pk_conversations", "SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'pk_conversations'"),
        ("postgresql.index.size", $"db.namespace={Schema},db.collection.name=conversations,postgresql.index.name=pk_conversations", "SELECT pg_relation_size('pk_conversations')"),
        ("postgresql.bgwriter.buffers.allocated", "", "SELECT buffers_alloc FROM pg_stat_bgwriter"),
        ("postgresql.bgwriter.maxwritten", "", "SELECT maxwritten_clean FROM pg_stat_bgwriter"),
        ("postgresql.bgwriter.buffers.writes", "source=bgwriter", "SELECT buffers_clean FROM pg_stat_bgwriter"),
        ("postgresql.query.execution.time", "db.namespace={db}", "SELECT sum(total_exec_time) / 1000 FROM pg_stat_statements WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())"),
        (Own + "wal.written", "", "SELECT wal_bytes FROM pg_stat_wal"),
        (Own + "transaction.prepared", "", "SELECT count(*) FROM pg_prepared_xacts"),
        (Own + "archiver.failed", "", "SELECT failed_count FROM pg_stat_archiver"),
        (Own + "archiver.archived", "", "SELECT archived_count FROM pg_stat_archiver"),
        (Own + "index.invalid", "db.namespace={db}", "SELECT count(*) FROM pg_index WHERE NOT indisvalid"),
        (Own + "up", "", "SELECT 1"),
    ];

    [Fact]
    public async Task Every_number_is_what_the_server_says_on_the_primary_and_on_the_replica()
    {
        await BracketedAsync(cluster.Primary, _onEveryServer);
        await BracketedAsync(cluster.Replica, _onEveryServer);
    }

    /// <summary>What only a primary has.</summary>
    private static readonly (string Metric, string Attributes, string Sql)[] _onThePrimary =
    [
        ("postgresql.replication.data_delay", "postgresql.application_name=replica_one,replication_client=127.0.0.1", "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) FROM pg_stat_replication WHERE application_name = 'replica_one'"),
        (Own + "replication.slot.active", "slot=replica_one", "SELECT active::int FROM pg_replication_slots"),
        (Own + "replication.slot.lost", "slot=replica_one", "SELECT 0"),
        (Own + "role", "role=primary", "SELECT 1"),
    ];

    [Fact]
    public async Task A_primary_says_what_only_it_knows()
    {
        await BracketedAsync(cluster.Primary, _onThePrimary);
        Assert.All(_onThePrimary, each => Assert.DoesNotContain(cluster.Worker.Latest, point => Matches(point, cluster.Replica, each.Metric, each.Attributes)));
    }

    /// <summary>What belongs to the cluster, with no server's name on it.</summary>
    private static readonly (string Metric, string Attributes, string Sql)[] _ofTheCluster =
    [
        ("conversation_platform.conversations", "status=needs_reply", "SELECT count(*) FROM conversations WHERE status = 'needs_reply'"),
        ("conversation_platform.conversations", "status=waiting", "SELECT count(*) FROM conversations WHERE status = 'waiting'"),
        ("conversation_platform.conversations", "status=active", "SELECT count(*) FROM conversations WHERE status = 'active'"),
        ("conversation_platform.conversations", "status=archived", "SELECT count(*) FROM conversations WHERE status = 'archived'"),
        ("conversation_platform.reply.oldest_waiting", "", "SELECT extract(epoch FROM clock_timestamp() - min(last_inbound_at)) FROM conversations WHERE status = 'needs_reply'"),
        ("conversation_platform.suggestions", "status=approved", "SELECT count(*) FROM ai_suggestions WHERE status = 'approved'"),
        ("conversation_platform.suggestions", "status=pending", "SELECT count(*) FROM ai_suggestions WHERE status = 'pending'"),
        ("conversation_platform.suggestion.acceptance", "", "SELECT count(*) FILTER (WHERE status IN ('approved', 'edited'))::float8 / count(*) FILTER (WHERE status <> 'pending') FROM ai_suggestions"),
        ("conversation_platform.delivery.backlog", "status=queued", "SELECT count(*) FROM conversation_messages WHERE delivery_status = 'queued'"),
        ("conversation_platform.delivery.backlog", "status=failed", "SELECT count(*) FROM conversation_messages WHERE delivery_status = 'failed'"),
        ("conversation_platform.embedding.backlog", "", "SELECT (SELECT count(*) FROM conversation_messages) - (SELECT count(DISTINCT message_id) FROM message_embeddings)"),
    ];

    [Fact]
    public async Task Conversations_are_counted_once_for_the_cluster()
    {
        var export = await BracketedAsync(null, _ofTheCluster);
        Assert.All(export.Where(point => _ofTheCluster.Any(each => each.Metric == point.Metric)), point => Assert.DoesNotContain("server.port", point.Attributes.Keys));
        Assert.All(_ofTheCluster, each => Assert.NotEqual(0, export.Single(point => Matches(point, null, each.Metric, each.Attributes)).Value));
    }

    [Fact]
    public async Task Sessions_are_told_by_state_and_the_longest_transaction_by_its_age()
    {
        await using var idle = await WatchedDatabase.OpenAsync(cluster.Primary.ConnectionStringFor(cluster.Database));
        await using var transaction = await idle.BeginTransactionAsync();
        await using (var command = new Npgsql.NpgsqlCommand("SELECT 1", idle, transaction))
            await command.ExecuteScalarAsync();
        const string Age = "SELECT extract(epoch FROM clock_timestamp() - xact_start) FROM pg_stat_activity WHERE state = 'idle in transaction'";

        await BracketedAsync(cluster.Primary, Own + "sessions", "state=idle in transaction", "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'");
        await BracketedAsync(cluster.Primary, Own + "transaction.longest", "", Age);
        Assert.Contains(cluster.Worker.Latest, point => Matches(point, cluster.Primary, "postgresql.database.locks", "lock_type=virtualxid") || Matches(point, cluster.Primary, "postgresql.backends", $"db.namespace={cluster.Database}") && point.Value >= 2);
    }

    [Fact]
    public async Task Locks_are_told_by_relation_and_mode_and_waiting_sessions_counted()
    {
        await using var holder = await WatchedDatabase.OpenAsync(cluster.Primary.ConnectionStringFor(cluster.Database));
        await using var transaction = await holder.BeginTransactionAsync();
        await using (var command = new Npgsql.NpgsqlCommand("LOCK TABLE embedding_models IN SHARE MODE", holder, transaction))
            await command.ExecuteNonQueryAsync();
        await using var waiter = await WatchedDatabase.OpenAsync(cluster.Primary.ConnectionStringFor(cluster.Database));
        await using var insert = new Npgsql.NpgsqlCommand("INSERT INTO embedding_models (id, name, dimensions) VALUES (99, 'waits', 3)", waiter);
        var waiting = insert.ExecuteNonQueryAsync();

        await BracketedAsync(cluster.Primary, "postgresql.database.locks", $"relation=embedding_models,mode=ShareLock,lock_type=relation,db.namespace={cluster.Database}",
            "SELECT count(*) FROM pg_locks WHERE relation = 'embedding_models'::regclass AND mode = 'ShareLock'");
        await BracketedAsync(cluster.Primary, Own + "sessions.waiting_for_lock", "", "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
        Assert.False(waiting.IsCompleted);
        await transaction.RollbackAsync();
        await waiting;
    }

    [Fact]
    public async Task A_replica_that_stops_replaying_falls_behind_on_both_sides()
    {
        var replica = cluster.Replica.ConnectionStringFor(cluster.Database);
        await WatchedDatabase.ExecuteAsync(replica, "SELECT pg_wal_replay_pause()");
        try
        {
            await WatchedDatabase.ExecuteAsync(cluster.Primary.ConnectionStringFor(cluster.Database), "UPDATE embedding_models SET dimensions = dimensions");
            var export = await cluster.Worker.UntilAsync("lag", export => export.Any(point => Matches(point, cluster.Replica, Own + "replay.lag", "") && point.Value > 0)
                && export.Any(point => Matches(point, cluster.Primary, "postgresql.replication.data_delay", "") && point.Value > 0));
            Assert.Contains(export, point => Matches(point, cluster.Replica, Own + "wal_receiver.status", "state=streaming"));
            Assert.Contains(export, point => Matches(point, cluster.Replica, Own + "role", "role=standby"));
            await BracketedAsync(cluster.Replica, Own + "replay.delay", "", "SELECT extract(epoch FROM clock_timestamp() - coalesce(pg_last_xact_replay_timestamp(), pg_postmaster_start_time()))");
        }
        finally
        {
            await WatchedDatabase.ExecuteAsync(replica, "SELECT pg_wal_replay_resume()");
        }

        await cluster.Worker.UntilAsync("end of the lag", export => export.Any(point => Matches(point, cluster.Replica, Own + "replay.lag", "") && point.Value == 0));
    }

    [Fact]
    public async Task An_index_that_only_the_replica_uses_is_used()
    {
        var primary = cluster.Primary.ConnectionStringFor(cluster.Database);
        const string Unused = """
            SELECT count(*) FROM pg_stat_user_indexes s JOIN pg_index i USING (indexrelid) JOIN pg_stat_user_tables t ON t.relid = s.relid
            WHERE s.idx_scan = 0 AND NOT i.indisprimary AND NOT i.indisunique AND NOT i.indisexclusion AND t.n_live_tup > 0
            """;
        var unused = await WatchedDatabase.NumberAsync(primary, Unused);
        await cluster.Worker.UntilAsync("unused indexes", export => export.Any(point => point.Metric == Own + "index.unused" && point.Value == unused));
        await WatchedDatabase.ExecuteAsync(cluster.Replica.ConnectionStringFor(cluster.Database), "SET enable_seqscan = off; SET enable_bitmapscan = off; SELECT * FROM conversations WHERE lead_email = 'lead7@people.example'");

        await cluster.Worker.UntilAsync("one unused index less", export => export.Any(point => point.Metric == Own + "index.unused" && point.Value == unused - 1));
        Assert.Equal(unused, await WatchedDatabase.NumberAsync(primary, Unused));
    }

    [Fact]
    public async Task WAL_is_told_by_its_size_and_by_the_age_of_its_oldest_file()
    {
        await BracketedAsync(cluster.Primary, Own + "wal.size", "", "SELECT sum(size) FROM pg_ls_waldir()");
        await BracketedAsync(cluster.Primary, "postgresql.wal.age", "", """
            SELECT floor(extract(epoch FROM clock_timestamp() - min(modification))) - 1 FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$' AND name <= pg_walfile_name(pg_current_wal_lsn())
            """, slack: 3);
    }

    [Fact]
    public async Task Space_that_deleted_rows_left_behind_is_bloat()
    {
        var primary = cluster.Primary.ConnectionStringFor(cluster.Database);
        await WatchedDatabase.ExecuteAsync(primary, """
            CREATE TABLE swollen (id int, filler text) WITH (autovacuum_enabled = off);
            GRANT SELECT ON swollen TO maintenance;
            INSERT INTO swollen SELECT n, repeat('x', 200) FROM generate_series(1, 10000) n;
            """);
        await WatchedDatabase.ExecuteAsync(primary, "VACUUM ANALYZE swollen");
        var size = await WatchedDatabase.NumberAsync(primary, "SELECT pg_relation_size('swollen')");
        var tight = await cluster.Worker.UntilAsync("the table's bloat", export => export.Any(point => Matches(point, cluster.Primary, Own + "table.bloat", "db.collection.name=swollen")));
        Assert.InRange(Value(tight, "swollen"), 0, size * 0.1);

        // The last row keeps the file as long as it is.
        await WatchedDatabase.ExecuteAsync(primary, "DELETE FROM swollen WHERE id BETWEEN 1 AND 7500");
        await WatchedDatabase.ExecuteAsync(primary, "VACUUM ANALYZE swollen");
        var swollen = await cluster.Worker.UntilAsync("more bloat", export => export.Any(point => Matches(point, cluster.Primary, Own + "table.bloat", "db.collection.name=swollen") && point.Value > size * 0.5));
        Assert.InRange(Value(swollen, "swollen"), size * 0.65, size * 0.85);
        await WatchedDatabase.ExecuteAsync(primary, "DROP TABLE swollen");
        await cluster.Worker.UntilAsync("end of the dropped table", export => !export.Any(point => point.Has(("db.collection.name", "swollen"))));

        double Value(IReadOnlyList<MetricPoint> export, string table) =>
            export.Single(point => Matches(point, cluster.Primary, Own + "table.bloat", $"db.collection.name={table}")).Value;
    }

    private Task<IReadOnlyList<MetricPoint>> BracketedAsync(PostgresServer server, string metric, string attributes, string sql, double slack = 0) => BracketedAsync(server, [(metric, attributes, sql)], slack);

    // The test's SQL before the collection and after it: what was collected lies between.
    private async Task<IReadOnlyList<MetricPoint>> BracketedAsync(PostgresServer? server, (string Metric, string Attributes, string Sql)[] numbers, double slack = 0)
    {
        var before = await SqlAsync(server ?? cluster.Primary, numbers);
        var export = await cluster.Worker.FreshAsync(server ?? cluster.Primary);
        var after = await SqlAsync(server ?? cluster.Primary, numbers);
        List<string> wrong = [];
        for (var i = 0; i < numbers.Length; i++)
        {
            var (low, high) = (Math.Min(before[i], after[i]) - 1e-6, Math.Max(before[i], after[i]) + 1e-6 + slack);
            var points = export.Where(point => Matches(point, server, numbers[i].Metric, numbers[i].Attributes)).ToArray();
            if (points.Length != 1 || points[0].Value < low || points[0].Value > high)
                wrong.Add($"{numbers[i].Metric} ({numbers[i].Attributes}) on {server?.Port}: [{low}, {high}], but {string.Join(", ", points.AsEnumerable())}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        return export;
    }

    private async Task<double[]> SqlAsync(PostgresServer server, (string Metric, string Attributes, string Sql)[] numbers)
    {
        await using var connection = await WatchedDatabase.OpenAsync(server.ConnectionStringFor(cluster.Database));
        List<double> values = [];
        foreach (var number in numbers)
        {
            await using var command = new Npgsql.NpgsqlCommand(number.Sql, connection);
            values.Add(Convert.ToDouble(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture));
        }

        return [.. values];
    }

    private bool Matches(MetricPoint point, PostgresServer? server, string metric, string attributes) =>
        point.Metric == metric && (server is null || point.Has(("server.address", "127.0.0.1"), ("server.port", $"{server.Port}"))) && point.Has(Parse(attributes));

    private (string, string)[] Parse(string attributes) =>
        [.. attributes.Replace("{db}", cluster.Database, StringComparison.Ordinal).Split(',', StringSplitOptions.RemoveEmptyEntries).Select(pair => (pair.Split('=')[0], pair.Split('=')[1]))];
}
