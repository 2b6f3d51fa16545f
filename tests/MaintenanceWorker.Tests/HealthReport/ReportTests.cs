using System.Net;
using System.Text.Json;
using MaintenanceWorker.Tests.Monitoring;
using PostgresForTests;

namespace MaintenanceWorker.Tests.HealthReport;

/// <summary>The report as the old cron job gets it, and what the worker makes of its findings.</summary>
public sealed class ReportTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task The_endpoint_gives_the_fields_of_the_guides_script_with_numbers_of_the_moment()
    {
        var connectionString = postgres.Server.ConnectionStringFor(await WatchedDatabase.CreateAsync(postgres.Server));
        await using var worker = WorkerServer.Start(connectionString, ("Alerts:Indexes:MaxUnused", "0"));
        var report = await worker.Client.GetJsonAsync("/ops/health-report");

        Assert.InRange(report.GetProperty("timestamp").GetDateTimeOffset(), DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddSeconds(1));
        var metrics = report.GetProperty("metrics");
        Assert.InRange(metrics.GetProperty("active_connections").GetInt64(), 1, 400);
        var stats = metrics.GetProperty("conversation_stats");
        foreach (var status in new[] { "needs_reply", "active", "waiting" })
            Assert.Equal(await WatchedDatabase.NumberAsync(connectionString, $"SELECT count(*) FROM conversations WHERE status = '{status}'"), stats.GetProperty(status).GetDouble());
        foreach (var table in new[] { "conversations", "conversation_messages", "ai_suggestions" })
            Assert.Matches("^[0-9]+ (bytes|kB|MB)$", metrics.GetProperty("table_sizes").GetProperty(table).GetString());
        Assert.Equal(await WatchedDatabase.NumberAsync(connectionString, "SELECT count(*) FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid AND d.datname = current_database() WHERE mean_exec_time > 1000"), metrics.GetProperty("slow_queries").GetDouble());
        var unused = metrics.GetProperty("unused_indexes").GetInt64();
        Assert.Equal(unused, metrics.GetProperty("unused_index_names").GetArrayLength());
        Assert.Equal(unused > 0, report.GetProperty("alerts").EnumerateArray().Any(alert => alert.GetString() == $"INFO: {unused} unused indexes found"));
        Assert.True(unused > 0);

        using var stranger = worker.CreateClient(null);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("/ops/health-report")).StatusCode);
    }

    [Fact]
    public async Task The_verb_ends_with_1_when_there_are_alerts_and_with_0_when_there_are_none()
    {
        var connectionString = postgres.Server.ConnectionStringFor(await WatchedDatabase.CreateAsync(postgres.Server));
        var alerts = await WorkerProcess.RunAsync(["health-report", "--json", "--direct"], connectionString, ("Alerts__Indexes__MaxUnused", "0"));
        Assert.True(alerts.ExitCode == 1, alerts.Error + alerts.Output);
        Assert.NotEqual(0, JsonElement.Parse(alerts.Output).GetProperty("alerts").GetArrayLength());
        var calm = await WorkerProcess.RunAsync(["health-report", "--json", "--direct"], connectionString, ("Alerts__Indexes__MaxUnused", "1000"), ("Alerts__ConnectionPool__Critical", "30"), ("Alerts__ConnectionPool__Warning", "30"));
        Assert.True(calm.ExitCode == 0, calm.Error + calm.Output);
    }

    [Fact]
    public async Task A_finding_degrades_the_workers_health_and_is_logged_when_it_begins_and_when_it_ends()
    {
        await using var server = await PostgresServer.StartAsync();
        var database = await WatchedDatabase.CreateAsync(server);
        await using var worker = await WatchingWorker.StartAsync([server], database, ("Alerts__Transactions__LongestSeconds", "1"), ("Alerts__Indexes__MaxUnused", "0"));
        await worker.UntilLoggedAsync("unused indexes found");
        Assert.Equal("Healthy", await HealthAsync(worker));
        await using (var session = await WatchedDatabase.OpenAsync(server.ConnectionStringFor(database)))
        await using (await session.BeginTransactionAsync())
        {
            await using (var command = new Npgsql.NpgsqlCommand("SELECT 1", session))
                await command.ExecuteScalarAsync();
            await worker.UntilLoggedAsync("Alert long_transaction  (Warning): a transaction is open");
            Assert.Equal("Degraded", await HealthAsync(worker));
            await worker.FreshAsync(server);
        }

        await worker.UntilLoggedAsync("Over: alert long_transaction");
        Assert.Equal("Healthy", await HealthAsync(worker));
        Assert.Equal(2, worker.Log.Split("Alert long_transaction").Length);
        Assert.Contains("[2201]", worker.Log, StringComparison.Ordinal);
        Assert.Contains("[2202]", worker.Log, StringComparison.Ordinal);

        await server.StopAsync();
        await worker.UntilLoggedAsync("no primary answers");
        // What it watches it watches before it listens.
        await worker.UntilLoggedAsync("Now listening on");
        Assert.Equal("Degraded", await HealthAsync(worker));
        Assert.Equal(0, await worker.StopAsync());
    }

    [Fact]
    public async Task Sizes_are_measured_once_for_the_metrics_the_findings_and_whoever_asks_for_a_report()
    {
        await using var server = await PostgresServer.StartAsync();
        var database = await WatchedDatabase.CreateAsync(server);
        await using var worker = await WatchingWorker.StartAsync([server], database, ("Monitoring__SlowInterval", "01:00:00"));
        await worker.UntilLoggedAsync("Now listening on");
        worker.Client.DefaultRequestHeaders.Authorization = new("Bearer", WorkerServer.BootstrapKey);
        var sizes = new List<double>();
        for (var round = 0; round < 4; round++)
        {
            await worker.FreshAsync(server);
            sizes.Add((await worker.Client.GetJsonAsync("/ops/health-report?brief=true")).GetProperty("metrics").GetProperty("storage_bytes").GetDouble());
        }

        Assert.True(sizes[0] > 1e6);
        Assert.Single(sizes.Distinct());
        // At the start the watch may be there before the collection.
        foreach (var function in new[] { "pg_database_size", "pg_ls_waldir" })
            Assert.InRange(await WatchedDatabase.NumberAsync(server.ConnectionStringFor(database), $"SELECT sum(calls) FROM pg_stat_statements WHERE query LIKE '%{function}(%' AND query NOT LIKE '%pg_stat_statements%'"), 1, 2);
    }

    [Fact]
    public async Task Who_takes_over_tells_what_it_finds_since_the_last_one_may_not_have()
    {
        await using var server = await PostgresServer.StartAsync();
        var database = await WatchedDatabase.CreateAsync(server);
        await using var first = await WatchingWorker.StartAsync([server], database);
        await first.UntilLoggedAsync("This worker publishes");
        await using var second = await WatchingWorker.StartAsync([server], database, ("Alerts__Transactions__LongestSeconds", "1"));
        await second.UntilLoggedAsync("Another worker publishes");
        await second.UntilLoggedAsync("Now listening on");
        await using var session = await WatchedDatabase.OpenAsync(server.ConnectionStringFor(database));
        await using var transaction = await session.BeginTransactionAsync();
        await using (var command = new Npgsql.NpgsqlCommand("SELECT 1", session))
            await command.ExecuteScalarAsync();
        while (await HealthAsync(second) != "Degraded")
            await Task.Delay(50);
        Assert.DoesNotContain("Alert long_transaction", second.Log, StringComparison.Ordinal);

        await first.KillAsync();
        await second.UntilLoggedAsync("Alert long_transaction");
    }

    [Fact]
    public async Task The_worker_starts_while_no_database_answers_and_says_so()
    {
        await using var server = await PostgresServer.StartAsync();
        await server.StopAsync();
        await using var worker = await WatchingWorker.StartAsync([server], "nowhere");
        await worker.UntilLoggedAsync("no primary answers");
        // What it watches it watches before it listens.
        await worker.UntilLoggedAsync("Now listening on");
        Assert.Equal("Degraded", await HealthAsync(worker));
    }

    [Fact]
    public async Task A_mistake_in_the_alerts_file_stops_the_start_with_its_line()
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, "database_alerts:\n  storage:\n    warning: 5\n");
        try
        {
            var ended = await WorkerProcess.RunAsync(["--urls", "http://127.0.0.1:0"], "Host=127.0.0.1;Port=1;Username=nobody;Database=nowhere", ("Alerts__File", path));
            Assert.NotEqual(0, ended.ExitCode);
            Assert.Contains($"{path}, line 3: 'warning' is not known", ended.Error + ended.Output, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<string?> HealthAsync(WatchingWorker worker)
    {
        using var answer = await worker.Client.GetAsync(new Uri("/health", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("checks").GetProperty("database").GetProperty("status").GetString();
    }
}
