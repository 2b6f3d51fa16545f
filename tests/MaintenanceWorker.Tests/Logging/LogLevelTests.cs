using System.Net;
using MailForTests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using PostgresForTests;

namespace MaintenanceWorker.Tests.Logging;

/// <summary>The level of a worker that runs.</summary>
public sealed class LogLevelTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_level_counts_on_every_worker_until_it_expires_or_is_reset()
    {
        await using var worker = LoggedWorker.Start(await MigratedDatabase.CreateAsync(postgres.Server));
        await using var other = LoggedWorker.Start(worker.Server.ConnectionString);
        Assert.False(await worker.SaysCommandsAsync());

        var set = await worker.PostAsync(new { service = "worker", category = "Npgsql.Command", level = "Debug" });
        Assert.Contains("Npgsql.Command logs Debug in worker until", set.GetProperty("summary").GetString(), StringComparison.Ordinal);
        await UntilAsync(worker.SaysCommandsAsync);
        await UntilAsync(other.SaysCommandsAsync);
        var listed = (await other.Server.Client.GetJsonAsync("/ops/list-log-levels")).EnumerateArray().Single();
        Assert.Equal(("worker", "Npgsql.Command", "Debug", "bootstrap"), (listed.GetProperty("service").GetString(), listed.GetProperty("category").GetString(), listed.GetProperty("level").GetString(), listed.GetProperty("setBy").GetString()));

        await other.PostAsync(new { service = "all", category = "Npgsql.Command", level = "reset" });
        await UntilAsync(async () => !await worker.SaysCommandsAsync() && !await other.SaysCommandsAsync());

        await worker.PostAsync(new Dictionary<string, string> { ["category"] = "Npgsql", ["level"] = "Trace", ["for"] = "5s" });
        await UntilAsync(worker.SaysCommandsAsync);
        await UntilAsync(async () => !await worker.SaysCommandsAsync());
        Assert.Empty((await worker.Server.Client.GetJsonAsync("/ops/list-log-levels")).EnumerateArray());
    }

    [Fact]
    public async Task What_is_set_for_another_service_leaves_this_one_alone()
    {
        await using var worker = LoggedWorker.Start(await MigratedDatabase.CreateAsync(postgres.Server));
        await worker.PostAsync(new { service = "api", category = "Npgsql.Command", level = "Debug" });
        await worker.PostAsync(new { service = "worker", category = "Microsoft.AspNetCore.Routing", level = "Debug" });
        await UntilAsync(async () =>
        {
            await worker.Server.Client.GetJsonAsync("/ops/list-log-levels");
            return worker.Log.Lines.Any(line => line.StartsWith("Debug Microsoft.AspNetCore.Routing", StringComparison.Ordinal));
        });
        Assert.False(await worker.SaysCommandsAsync());
    }

    [Fact]
    public async Task Even_at_Trace_no_line_has_a_key_a_password_or_the_value_of_a_parameter()
    {
        await using var worker = LoggedWorker.Start(await MigratedDatabase.CreateAsync(postgres.Server));
        foreach (var category in new[] { "Default", "Microsoft", "System", "Npgsql", "MaintenanceWorker", "ServiceDefaults" })
            await worker.PostAsync(new { category, level = "Trace" });
        await UntilAsync(worker.SaysCommandsAsync);

        NpgsqlConnection.ClearAllPools();
        var made = await worker.Server.Client.PostOperationAsync("create-api-key", new { name = "name-that-is-a-parameter", scope = "admin" });
        var key = made.GetProperty("result").GetProperty("key").GetString()!;
        using var client = worker.Server.CreateClient(key);
        await client.GetJsonAsync("/ops/list-api-keys");
        await client.GetJsonAsync("/ops/verify-database");
        var lines = worker.Log.Lines.ToList();
        Assert.Contains(lines, line => line.StartsWith("Debug Npgsql.Command", StringComparison.Ordinal) && line.Contains("INSERT INTO ops.api_keys", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("Trace Npgsql.Connection", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("Debug Microsoft.AspNetCore", StringComparison.Ordinal));
        var password = new NpgsqlConnectionStringBuilder(worker.Server.ConnectionString).Password!;
        Assert.DoesNotContain(lines, line => line.Contains(key, StringComparison.Ordinal) || line.Contains(WorkerServer.BootstrapKey, StringComparison.Ordinal) || line.Contains(password, StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("Npgsql", StringComparison.Ordinal) && line.Contains("name-that-is-a-parameter", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("for", "8d", "at most 7d")]
    [InlineData("for", "0s", "more than 0s")]
    [InlineData("category", "two words", "no space")]
    public async Task What_makes_no_sense_is_refused(string name, string value, string said)
    {
        await using var worker = await WorkerServer.StartAsync(postgres.Server);
        var refused = await worker.Client.PostOperationAsync("set-log-level", new Dictionary<string, string> { ["level"] = "Debug", [name] = value }, expected: HttpStatusCode.Conflict);
        Assert.Contains(said, refused.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await condition())
            await Task.Delay(50, limit.Token);
    }

    private sealed class LoggedWorker(WorkerServer server, LogLines log) : IAsyncDisposable
    {
        public WorkerServer Server { get; } = server;

        public LogLines Log { get; } = log;

        public static LoggedWorker Start(string connectionString)
        {
            var log = new LogLines();
            return new(WorkerServer.Start(connectionString, services => services.AddSingleton<ILoggerProvider>(log), ("LogLevels:PollInterval", "00:00:00.100")), log);
        }

        public Task<System.Text.Json.JsonElement> PostAsync(object arguments) => Server.Client.PostOperationAsync("set-log-level", arguments);

        /// <summary>Whether a call that asks the database leaves a line of its statement.</summary>
        public async Task<bool> SaysCommandsAsync()
        {
            Log.Clear();
            await Server.Client.GetJsonAsync("/ops/runs?limit=7");
            return Log.Lines.Any(line => line.Contains(" Npgsql.Command: ", StringComparison.Ordinal) && line.Contains("FROM ops.runs", StringComparison.Ordinal) && line.Contains("ORDER BY id DESC LIMIT", StringComparison.Ordinal));
        }

        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            Log.Dispose();
        }
    }
}
