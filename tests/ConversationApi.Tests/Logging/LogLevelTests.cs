using MailForTests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using PostgresForTests;

namespace ConversationApi.Tests.Logging;

/// <summary>The level of an API that runs, whose role may only read what was set.</summary>
public sealed class LogLevelTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_level_that_was_set_counts_until_it_expires_and_no_line_has_a_secret()
    {
        using var log = new LogLines();
        await using var api = ApiServer.Start(await MigratedDatabase.CreateAsync(postgres.Server), services => services.AddSingleton<ILoggerProvider>(log), ("LogLevels:PollInterval", "00:00:00.100"));
        Assert.False(await SaysCommandsAsync());
        await SetAsync("worker", "Npgsql.Command", "1 hour");
        await SetAsync("api", "Microsoft.AspNetCore", "1 hour");
        await UntilAsync(async () => !await SaysCommandsAsync() && log.Lines.Any(line => line.StartsWith("Debug Microsoft.AspNetCore.Routing", StringComparison.Ordinal)));

        await SetAsync("*", "Npgsql", "5 seconds");
        await UntilAsync(SaysCommandsAsync);
        var secrets = new[] { ApiServer.BootstrapKey, ApiServer.TokenKey, new NpgsqlConnectionStringBuilder(api.ConnectionString).Password! };
        Assert.DoesNotContain(log.Lines, line => secrets.Any(secret => line.Contains(secret, StringComparison.Ordinal)));
        Assert.DoesNotContain(log.Lines, line => line.Contains("somebody@example.org", StringComparison.Ordinal) && line.Contains("Npgsql", StringComparison.Ordinal));
        await UntilAsync(async () => !await SaysCommandsAsync());

        async Task<bool> SaysCommandsAsync()
        {
            log.Clear();
            using var response = await api.Client.GetAsync("/api/v1/conversations?leadEmail=somebody@example.org");
            response.EnsureSuccessStatusCode();
            return log.Lines.Any(line => line.Contains(" Npgsql.Command: ", StringComparison.Ordinal) && line.Contains("FROM conversations", StringComparison.Ordinal));
        }

        async Task SetAsync(string service, string category, string length)
        {
            await using var command = api.Database.CreateCommand("INSERT INTO ops.log_levels VALUES ($1, $2, 'Debug', 'a test', now(), now() + $3::interval)");
            foreach (var value in new[] { service, category, length })
                command.Parameters.Add(new() { Value = value });
            await command.ExecuteNonQueryAsync();
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await condition())
            await Task.Delay(50, limit.Token);
    }
}
