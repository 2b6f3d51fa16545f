using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OperationsCatalogue;
using PostgresForTests;

namespace MaintenanceWorker.Tests.Cli;

/// <summary>The command line as a user meets it: a process, its output, its exit code.</summary>
public sealed class CliTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Help_names_every_operation_and_the_exit_codes()
    {
        var (exitCode, output, _) = await WorkerProcess.RunAsync(["--help"], null);
        Assert.Equal(0, exitCode);
        Assert.All(Catalogue.Operations, operation => Assert.Contains($"  {operation.Name} ", output, StringComparison.Ordinal));
        Assert.Contains("Exit codes", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vacum")]
    [InlineData("create-api-key")]
    [InlineData("create-api-key", "--name", "x", "--scope", "god")]
    [InlineData("vacuum-analyze", "--lock-timeout", "soon")]
    [InlineData("revoke-api-key", "--id", "x")]
    public async Task A_wrong_command_line_is_exit_code_2_and_says_what_is_wrong(params string[] arguments)
    {
        var (exitCode, output, error) = await WorkerProcess.RunAsync(arguments, null, ("Worker__Address", "http://127.0.0.1:9"));
        Assert.Equal((2, ""), (exitCode, output));
        Assert.NotEqual("", error.Trim());
    }

    [Fact]
    public async Task Without_a_worker_it_is_exit_code_4_and_says_what_to_do()
    {
        var (exitCode, _, error) = await WorkerProcess.RunAsync(["list-api-keys", "--worker", $"http://127.0.0.1:{FreePorts.Find(1)[0]}"], null);
        Assert.Equal(4, exitCode);
        Assert.Contains("No worker answers", error, StringComparison.Ordinal);
        Assert.Contains("--worker", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, "--json", "list-api-keys")]
    [InlineData(4, "--worker", "http://127.0.0.1:9", "runs")]
    [InlineData(4, "--worker=http://127.0.0.1:9", "list-api-keys")]
    [InlineData(4, "--direct", "verify-database")]
    [InlineData(2, "--dry-run", "vacuum-analyze")]
    [InlineData(2, "--json")]
    public async Task Options_before_the_verb_start_no_service(int expected, params string[] arguments)
    {
        var (exitCode, _, error) = await WorkerProcess.RunAsync(arguments, null, ("Worker__Address", "http://127.0.0.1:9"));
        Assert.True(exitCode == expected, $"{exitCode}: {error}");
    }

    [Theory]
    [InlineData("vacuum-analyze")]
    [InlineData("revoke-api-key", "--id", "x", "--yes")]
    [InlineData("runs")]
    [InlineData("run", "01980000-0000-7000-8000-000000000000")]
    [InlineData("cancel-run", "01980000-0000-7000-8000-000000000000")]
    public async Task What_only_a_worker_can_do_is_not_done_directly(params string[] arguments)
    {
        var (exitCode, output, error) = await WorkerProcess.RunAsync([.. arguments, "--direct"], null, ("Worker__Address", "http://127.0.0.1:9"));
        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains("Leave --direct out", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_answers_and_is_no_worker_is_exit_code_4_and_named()
    {
        await using var page = WebApplication.CreateSlimBuilder().Build();
        page.Urls.Add("http://127.0.0.1:0");
        page.MapFallback(() => TypedResults.Content("<!DOCTYPE html><title>Sign in</title>", "text/html; charset=utf-8"));
        await page.StartAsync();
        foreach (var verb in new[] { "list-api-keys", "runs", "create-api-key --name x", "cancel-run 01980000-0000-7000-8000-000000000000" })
        {
            var (exitCode, output, error) = await WorkerProcess.RunAsync([.. verb.Split(' '), "--worker", page.Urls.First()], null);
            Assert.Equal((4, ""), (exitCode, output));
            Assert.Contains("is no worker: its answer (text/html)", error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_long_log_is_shown_to_its_last_line()
    {
        await using var worker = await WorkerServer.StartAsync(postgres.Server);
        var id = Guid.CreateVersion7();
        await WatchedDatabase.ExecuteAsync(worker.ConnectionString, $"""
            INSERT INTO ops.runs (id, operation, arguments, dry_run, state, requested_by, requested_through, started_at, finished_at) VALUES ('{id}', 'vacuum-analyze', '{"{}"}', false, 'succeeded', 'a test', 'http', now(), now());
            INSERT INTO ops.run_log (run_id, line, logged_at, level, message) SELECT '{id}', n, now(), 'information', 'line ' || n || '.' FROM generate_series(1, 2500) n
            """);
        foreach (var follow in new string[][] { [], ["--follow"] })
        {
            var (exitCode, _, error) = await RunAsync(worker, ["run", $"{id}", .. follow]);
            Assert.Equal(0, exitCode);
            Assert.Equal(Enumerable.Range(1, 2500).Select(line => $"line {line}."), error.Split('\n').Where(line => line.Contains(" line ", StringComparison.Ordinal)).Select(line => line[9..].TrimEnd()));
        }
    }

    [Fact]
    public async Task What_reads_goes_straight_to_the_database_when_no_worker_answers()
    {
        var database = await MailForTests.MigratedDatabase.CreateAsync(postgres.Server);
        var (exitCode, output, error) = await WorkerProcess.RunAsync(["verify-database", "--all", "--json"], database, ("Worker__Address", $"http://127.0.0.1:{FreePorts.Find(1)[0]}"));
        Assert.Equal((0, true), (exitCode, error.Contains("straight from the database", StringComparison.Ordinal)));
        Assert.Contains(JsonElement.Parse(output).EnumerateArray(), check => check.GetProperty("name").GetString() == "public.conversations");
    }

    [Fact]
    public async Task A_run_is_followed_to_its_end_with_its_log_and_shown_as_a_table_or_json()
    {
        await using var worker = await WorkerServer.StartAsync(postgres.Server);
        var (exitCode, output, error) = await RunAsync(worker, "vacuum-analyze", "--table", "public.conversations");
        Assert.Equal(0, exitCode);
        Assert.Matches(@"(?m)^table +outcome", output);
        Assert.Contains("public.conversations  vacuumed", output, StringComparison.Ordinal);
        Assert.Contains("public.conversations: vacuumed in", error, StringComparison.Ordinal);

        var json = await RunAsync(worker, "vacuum-analyze", "--dry-run", "--json");
        Assert.Equal(0, json.ExitCode);
        Assert.True(JsonElement.Parse(json.Output).GetProperty("dryRun").GetBoolean());
        Assert.Equal("cli", JsonElement.Parse(json.Output).GetProperty("requestedThrough").GetString());

        var listed = await RunAsync(worker, "runs", "--operation", "vacuum-analyze");
        Assert.Equal(2, listed.Output.Split('\n').Count(line => line.Contains("succeeded", StringComparison.Ordinal)));
        var id = JsonElement.Parse(json.Output).GetProperty("id").GetString()!;
        Assert.Contains(id, (await RunAsync(worker, "run", id)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_end_has_its_exit_code()
    {
        await using var worker = await WorkerServer.StartAsync(postgres.Server);
        Assert.Equal(0, (await RunAsync(worker, "verify-database")).ExitCode);
        await using (var drop = worker.Database.CreateCommand("DROP INDEX public.ix_conversations_lead_email"))
            await drop.ExecuteNonQueryAsync();
        var attention = await RunAsync(worker, "verify-database");
        Assert.Equal(1, attention.ExitCode);
        Assert.Contains("ix_conversations_lead_email", attention.Output, StringComparison.Ordinal);

        var failed = await RunAsync(worker, "revoke-api-key", "--id", Guid.NewGuid().ToString(), "--yes");
        Assert.Equal((3, true), (failed.ExitCode, failed.Error.Contains("There is no key", StringComparison.Ordinal)));
        var unasked = await RunAsync(worker, "revoke-api-key", "--id", Guid.NewGuid().ToString());
        Assert.Equal((2, true), (unasked.ExitCode, unasked.Error.Contains("--yes", StringComparison.Ordinal)));
        var refused = await WorkerProcess.RunAsync(["list-api-keys", "--worker", worker.Address.ToString()], null, ("Worker__ApiKey", "not-a-key"));
        Assert.Equal(5, refused.ExitCode);
    }

    [Fact]
    public async Task A_key_made_on_the_command_line_opens_the_worker_to_its_scope()
    {
        await using var worker = await WorkerServer.StartAsync(postgres.Server);
        var made = await RunAsync(worker, "create-api-key", "--name", "reader", "--scope", "read", "--json");
        var key = JsonElement.Parse(made.Output).GetProperty("result").GetProperty("key").GetString();
        Assert.Equal(0, (await WorkerProcess.RunAsync(["verify-database", "--worker", worker.Address.ToString()], null, ("Worker__ApiKey", key))).ExitCode);
        Assert.Equal(5, (await WorkerProcess.RunAsync(["list-api-keys", "--worker", worker.Address.ToString()], null, ("Worker__ApiKey", key))).ExitCode);
    }

    private static Task<(int ExitCode, string Output, string Error)> RunAsync(WorkerServer worker, params string[] arguments) =>
        WorkerProcess.RunAsync([.. arguments, "--worker", worker.Address.ToString()], null);
}
