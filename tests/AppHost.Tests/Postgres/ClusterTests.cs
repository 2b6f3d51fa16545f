using System.Diagnostics;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace AppHost.Tests.Postgres;

[Collection(PlatformCollectionDefinition.Name)]
public sealed class ClusterTests(RunningPlatform platform) : IDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(2));

    [Fact]
    public async Task A_row_written_to_the_primary_is_read_on_the_replica()
    {
        await using var source = new NpgsqlDataSourceBuilder(await ConnectionStringAsync("postgres-owner")).BuildMultiHost();
        var table = $"seen_{Guid.NewGuid():N}";
        await using (var primary = await source.OpenConnectionAsync(TargetSessionAttributes.Primary, _limit.Token))
        {
            await using var write = new NpgsqlCommand($"CREATE TABLE {table} (id int); INSERT INTO {table} VALUES (42)", primary);
            await write.ExecuteNonQueryAsync(_limit.Token);
        }

        var read = await EventuallyAsync(async () =>
        {
            await using var replica = await source.OpenConnectionAsync(TargetSessionAttributes.Standby, _limit.Token);
            await using var exists = new NpgsqlCommand($"SELECT to_regclass('{table}') IS NOT NULL", replica);
            return (bool)(await exists.ExecuteScalarAsync(_limit.Token))!;
        });

        Assert.True(read);
        await using var again = await source.OpenConnectionAsync(TargetSessionAttributes.Primary, _limit.Token);
        await using var drop = new NpgsqlCommand($"DROP TABLE {table}", again);
        await drop.ExecuteNonQueryAsync(_limit.Token);
    }

    [Fact]
    public async Task The_dashboard_shows_which_node_leads_and_which_follows()
    {
        var roles = new List<string>();
        foreach (var node in new[] { "postgres-1", "postgres-2" })
        {
            var shown = await platform.Application.ResourceNotifications.WaitForResourceAsync(
                node, change => change.Snapshot.Properties.Any(property => property is { Name: "postgres.role", Value: "Primary" or "Replica" }), _limit.Token);
            roles.Add((string)shown.Snapshot.Properties.Single(property => property.Name == "postgres.role").Value!);
            Assert.Contains(shown.Snapshot.Properties, property => property.Name == "postgres.timeline");
        }

        Assert.Equal(["Primary", "Replica"], roles.Order());
    }

    [Fact]
    public async Task A_replica_that_is_killed_is_started_again_and_streams()
    {
        var (name, before) = await ReplicaAsync();
        NodeProcess(name).Kill();

        var after = await platform.Application.ResourceNotifications.WaitForResourceAsync(
            name, change => change.Snapshot.State?.Text == KnownResourceStates.Running && change.Snapshot.StartTimeStamp > before.Snapshot.StartTimeStamp, _limit.Token);
        await platform.HealthyAsync(name, _limit.Token);

        Assert.NotEqual(Property(before, "executable.pid"), Property(after, "executable.pid"));
    }

    [Fact]
    public async Task One_node_is_restarted_by_its_command_and_becomes_healthy_again()
    {
        var (name, before) = await ReplicaAsync();

        var result = await platform.Application.ResourceCommands.ExecuteCommandAsync(name, KnownResourceCommands.RestartCommand, _limit.Token);
        await platform.Application.ResourceNotifications.WaitForResourceAsync(
            name, change => change.Snapshot.State?.Text == KnownResourceStates.Running && change.Snapshot.StartTimeStamp > before.Snapshot.StartTimeStamp, _limit.Token);
        await platform.HealthyAsync(name, _limit.Token);

        Assert.True(result.Success, result.ErrorMessage);
    }

    [Fact]
    public async Task Migrations_that_are_started_again_run_while_a_replica_is_down()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        var (name, _) = await ReplicaAsync();
        var commands = platform.Application.ResourceCommands;
        var notifications = platform.Application.ResourceNotifications;
        await commands.ExecuteCommandAsync(name, KnownResourceCommands.StopCommand, limit.Token);
        try
        {
            await notifications.WaitForResourceAsync("postgres", change => change.Snapshot.HealthStatus is HealthStatus.Degraded, limit.Token);
            var before = await notifications.WaitForResourceAsync("migrations", change => KnownResourceStates.TerminalStates.Contains(change.Snapshot.State?.Text), limit.Token);

            await commands.ExecuteCommandAsync("migrations", KnownResourceCommands.StartCommand, limit.Token);
            var ended = await notifications.WaitForResourceAsync("migrations", change => KnownResourceStates.TerminalStates.Contains(change.Snapshot.State?.Text)
                && change.Snapshot.StartTimeStamp > before.Snapshot.StartTimeStamp, limit.Token);
            Assert.Equal(0, ended.Snapshot.ExitCode);
        }
        finally
        {
            await commands.ExecuteCommandAsync(name, KnownResourceCommands.StartCommand, CancellationToken.None);
            await platform.HealthyAsync(name, limit.Token);
        }
    }

    [Fact]
    public async Task Each_role_logs_in_with_its_own_rights()
    {
        foreach (var (connection, role) in new[] { ("postgres-owner", "conversation_owner"), ("postgres-app", "app_user"), ("postgres-maintenance", "maintenance") })
        {
            await using var source = new NpgsqlDataSourceBuilder(await ConnectionStringAsync(connection)).BuildMultiHost();
            await using var primary = await source.OpenConnectionAsync(TargetSessionAttributes.Primary, _limit.Token);
            await using var who = new NpgsqlCommand("SELECT current_user || ' ' || rolsuper FROM pg_roles WHERE rolname = current_user", primary);

            Assert.Equal($"{role} false", await who.ExecuteScalarAsync(_limit.Token));
        }
    }

    [Fact]
    public async Task The_database_that_the_platform_made_is_what_the_model_says()
    {
        await platform.HealthyAsync("api", _limit.Token);
        var output = new FileInfo(typeof(ClusterTests).Assembly.Location).Directory!;
        var runner = Path.Combine(Projects.AppHost.ProjectPath, "..", "MigrationRunner", "bin", output.Parent!.Name, output.Name, "MigrationRunner.dll");
        var start = new ProcessStartInfo("dotnet", [runner, "verify"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
            Environment = { ["ConnectionStrings__conversations"] = await ConnectionStringAsync("postgres-owner") },
        };

        using var verify = Process.Start(start)!;
        var found = await verify.StandardOutput.ReadToEndAsync(_limit.Token) + await verify.StandardError.ReadToEndAsync(_limit.Token);
        await verify.WaitForExitAsync(_limit.Token);

        Assert.True(verify.ExitCode == 0, found);
    }

    public void Dispose() => _limit.Dispose();

    private async Task<string> ConnectionStringAsync(string resource) =>
        await platform.Application.GetConnectionStringAsync(resource, _limit.Token) ?? throw new InvalidOperationException($"{resource} has no connection string.");

    private async Task<(string Name, ResourceEvent State)> ReplicaAsync()
    {
        while (true)
        {
            foreach (var node in new[] { "postgres-1", "postgres-2" })
            {
                var state = await platform.HealthyAsync(node, _limit.Token);
                if (Property(state, "postgres.role") is "Replica")
                {
                    return (node, state);
                }
            }

            await Task.Delay(100, _limit.Token);
        }
    }

    // The node's own process: with the packages it runs below 'dotnet run', whose id is the one that the dashboard shows.
    private Process NodeProcess(string name) => Directory.EnumerateDirectories("/proc")
        .Where(directory => int.TryParse(Path.GetFileName(directory), out _))
        .Where(directory => Text(directory, "environ").Contains($"Postgres__DataDir={platform.Data.Path}/{name}\0", StringComparison.Ordinal))
        .Where(directory => Text(directory, "cmdline") is var line && line.Contains("/PostgresNode", StringComparison.Ordinal) && !line.Contains("--project", StringComparison.Ordinal))
        .Select(directory => Process.GetProcessById(int.Parse(Path.GetFileName(directory), System.Globalization.CultureInfo.InvariantCulture)))
        .First();

    private static string Text(string directory, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(directory, file)) + '\0';
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static object? Property(ResourceEvent change, string name) => change.Snapshot.Properties.FirstOrDefault(property => property.Name == name)?.Value;

    private async Task<bool> EventuallyAsync(Func<Task<bool>> condition)
    {
        while (!_limit.IsCancellationRequested)
        {
            if (await condition())
            {
                return true;
            }

            await Task.Delay(50, CancellationToken.None);
        }

        return false;
    }
}
