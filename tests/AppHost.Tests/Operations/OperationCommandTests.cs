using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using AppHost.Operations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using OperationsCatalogue;

namespace AppHost.Tests.Operations;

/// <summary>The worker's commands, as the dashboard executes them on the running platform.</summary>
[Collection(PlatformCollectionDefinition.Name)]
public sealed class OperationCommandTests(RunningPlatform platform) : IDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(2));

    public static TheoryData<string> Highlighted => [.. Catalogue.Operations.Where(operation => operation.IsHighlighted).Select(operation => operation.Name)];

    [Theory]
    [MemberData(nameof(Highlighted))]
    public async Task Every_command_succeeds_and_what_is_recorded_came_through_the_dashboard(string name)
    {
        var operation = Catalogue.Find(name)!;
        await platform.HealthyAsync("worker", _limit.Token);

        var result = await platform.Application.ResourceCommands.ExecuteCommandAsync("worker", name, _limit.Token);
        var runs = await RunsAsync(name);

        Assert.True(result.Success, result.ErrorMessage);
        Assert.False(string.IsNullOrEmpty(result.Message));
        Assert.True(result.Data is { DisplayImmediately: true, Format: CommandResultFormat.Markdown });
        Assert.StartsWith("**", result.Data.Value, StringComparison.Ordinal);
        if (operation.IsAnsweredAtOnce)
        {
            Assert.Empty(runs);
            return;
        }

        Assert.Equal(("dashboard", "succeeded"), (runs[0].GetProperty("requestedThrough").GetString(), runs[0].GetProperty("state").GetString()));
        Assert.StartsWith(runs[0].GetProperty("summary").GetString()!, result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_result_is_a_table_of_what_was_done()
    {
        await platform.HealthyAsync("worker", _limit.Token);

        var result = await platform.Application.ResourceCommands.ExecuteCommandAsync("worker", "vacuum-analyze", _limit.Token);

        Assert.True(result.Success, result.ErrorMessage);
        Assert.Contains("| public.conversation_messages | vacuumed |", result.Data!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_fails_shows_why()
    {
        await platform.HealthyAsync("worker", _limit.Token);
        await using var locked = await LockAsync();

        var command = platform.Application.ResourceCommands.ExecuteCommandAsync("worker", "vacuum-analyze", _limit.Token);
        await OnVacuumAsync("pg_cancel_backend(pid)");
        var result = await command;
        var run = (await RunsAsync("vacuum-analyze"))[0];

        Assert.False(result.Success);
        Assert.Equal("failed", run.GetProperty("state").GetString());
        Assert.Equal(run.GetProperty("error").GetString(), result.ErrorMessage);
        Assert.Contains("57014", result.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_a_command_cancels_its_run()
    {
        await platform.HealthyAsync("worker", _limit.Token);
        await using var locked = await LockAsync();
        using var user = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token);

        var command = platform.Application.ResourceCommands.ExecuteCommandAsync("worker", "vacuum-analyze", user.Token);
        await OnVacuumAsync("true");
        await user.CancelAsync();
        var result = await command;
        JsonElement run;
        while ((run = (await RunsAsync("vacuum-analyze"))[0]).GetProperty("finishedAt").ValueKind is JsonValueKind.Null)
        {
            await Task.Delay(50, _limit.Token);
        }

        Assert.True(result.Canceled);
        Assert.Equal("cancelled", run.GetProperty("state").GetString());
    }

    [Fact]
    public async Task What_the_worker_refuses_is_told_in_its_words()
    {
        await platform.HealthyAsync("worker", _limit.Token);

        var unknown = await ExecuteAsync("verify-database", "not-the-key-of-this-platform");
        var incomplete = await ExecuteAsync("revoke-api-key", platform.Data.Secret);

        Assert.Contains("Authorization: Bearer", unknown.ErrorMessage, StringComparison.Ordinal);
        Assert.StartsWith("id is required", incomplete.ErrorMessage, StringComparison.Ordinal);
        Assert.False(unknown.Success || incomplete.Success);
    }

    [Fact]
    public async Task A_node_is_restarted_through_the_worker()
    {
        await platform.HealthyAsync("worker", _limit.Token);
        var replica = await ReplicaAsync();
        var before = await ReplicaStartedAtAsync();

        using var client = WorkerClient();
        using var answer = await client.PostAsJsonAsync("/ops/restart-node", new { arguments = new { node = replica } }, _limit.Token);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(_limit.Token));
        var id = (await answer.Content.ReadFromJsonAsync<JsonElement>(_limit.Token)).GetProperty("id").GetString();
        JsonElement run;
        while ((run = (await RunsAsync("restart-node")).Single(each => each.GetProperty("id").GetString() == id)).GetProperty("finishedAt").ValueKind is JsonValueKind.Null)
        {
            await Task.Delay(50, _limit.Token);
        }

        Assert.True(run.GetProperty("state").GetString() == "succeeded", run.ToString());
        Assert.Equal($"{replica} is restarted", run.GetProperty("summary").GetString());
        Assert.True(await ReplicaStartedAtAsync() > before);
        await platform.HealthyAsync(replica, _limit.Token);
    }

    public void Dispose() => _limit.Dispose();

    private async Task<string> ReplicaAsync()
    {
        while (true)
        {
            foreach (var node in new[] { "postgres-1", "postgres-2" })
            {
                if ((await platform.HealthyAsync(node, _limit.Token)).Snapshot.Properties.Any(property => property is { Name: "postgres.role", Value: "Replica" }))
                {
                    return node;
                }
            }

            await Task.Delay(100, _limit.Token);
        }
    }

    private async Task<DateTime> ReplicaStartedAtAsync()
    {
        await using var connection = await OpenAsync("postgres-owner", TargetSessionAttributes.Standby);
        await using var command = new NpgsqlCommand("SELECT pg_postmaster_start_time()", connection);
        return (DateTime)(await command.ExecuteScalarAsync(_limit.Token))!;
    }

    private Task<ExecuteCommandResult> ExecuteAsync(string operation, string key)
    {
        var worker = platform.Application.Services.GetRequiredService<DistributedApplicationModel>().Resources.OfType<ProjectResource>().Single(resource => resource.Name == "worker");
        var command = new OperationCommand(Catalogue.Find(operation)!, worker.GetEndpoint("http"), new ParameterResource("key", _ => key));
        return command.ExecuteAsync(new ExecuteCommandContext
        {
            ServiceProvider = platform.Application.Services, ResourceName = "worker", CancellationToken = _limit.Token, Logger = NullLogger.Instance,
        });
    }

    /// <summary>Keeps VACUUM waiting, until its own limit, when it comes to this table.</summary>
    private async Task<NpgsqlConnection> LockAsync()
    {
        var connection = await OpenAsync("postgres-owner");
        await using var command = new NpgsqlCommand("BEGIN; LOCK TABLE public.conversations", connection);
        await command.ExecuteNonQueryAsync(_limit.Token);
        return connection;
    }

    /// <summary>Waits until VACUUM waits for the lock, and does this with its backend.</summary>
    private async Task OnVacuumAsync(string expression)
    {
        await using var connection = await OpenAsync("postgres-maintenance");
        await using var command = new NpgsqlCommand($"SELECT {expression} FROM pg_stat_activity WHERE query LIKE 'VACUUM%' AND wait_event_type = 'Lock'", connection);
        while (await command.ExecuteScalarAsync(_limit.Token) is not true)
        {
            await Task.Delay(50, _limit.Token);
        }
    }

    // Without a pool: closing it must end the transaction and leave no session behind.
    private async Task<NpgsqlConnection> OpenAsync(string resource, TargetSessionAttributes target = TargetSessionAttributes.Primary)
    {
        var settings = new NpgsqlConnectionStringBuilder(await platform.Application.GetConnectionStringAsync(resource, _limit.Token)) { Pooling = false };
        return await new NpgsqlDataSourceBuilder(settings.ConnectionString).BuildMultiHost().OpenConnectionAsync(target, _limit.Token);
    }

    private HttpClient WorkerClient()
    {
        var client = platform.Application.CreateHttpClient("worker", "http");
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", platform.Data.Secret);
        return client;
    }

    private async Task<IReadOnlyList<JsonElement>> RunsAsync(string operation)
    {
        using var client = WorkerClient();
        var page = await client.GetFromJsonAsync<JsonElement>($"/ops/runs?operation={operation}", _limit.Token);
        return [.. page.GetProperty("items").EnumerateArray()];
    }
}
