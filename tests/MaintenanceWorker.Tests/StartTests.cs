using System.Net;
using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json;
using ConversationData.Roles;
using MailForTests;
using Npgsql;
using PostgresForTests;

namespace MaintenanceWorker.Tests;

public sealed class StartTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task The_service_starts_on_a_real_server_is_healthy_and_says_who_it_is()
    {
        await using var worker = await WorkerServer.StartAsync(postgres.Server);
        using var client = worker.CreateClient(null);

        var identity = await client.GetFromJsonAsync<JsonElement>("/");
        Assert.Equal("MaintenanceWorker", identity.GetProperty("name").GetString());
        Assert.Matches(@"^[0-9]+\.[0-9]+\.[0-9]+", identity.GetProperty("version").GetString());
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/alive")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/nothing")).StatusCode);
    }

    [Fact]
    public async Task It_is_not_ready_before_the_schema_is_that_it_needs_and_then_stays_so()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using (var connection = new NpgsqlConnection(database))
        {
            await connection.OpenAsync();
            await DatabasePreparation.PrepareAsync(connection, default);
        }

        await using var worker = WorkerServer.Start(database, ("Health:Cache", "00:00:00"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await HealthAsync());
        await MigratedDatabase.MigrateAsync(worker.ConnectionString);
        // As the migrations of an earlier version left it.
        await ExecuteAsync("UPDATE ops.\"__EFMigrationsHistory\" SET \"MigrationId\" = 'later' WHERE \"MigrationId\" = (SELECT max(\"MigrationId\") FROM ops.\"__EFMigrationsHistory\")");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await HealthAsync());
        Assert.Equal(HttpStatusCode.OK, (await worker.Client.GetAsync("/alive")).StatusCode);
        await ExecuteAsync("DELETE FROM ops.\"__EFMigrationsHistory\" WHERE \"MigrationId\" = 'later'; INSERT INTO ops.\"__EFMigrationsHistory\" VALUES ('99990101000000_OfALaterVersion', '1')");
        await ExecuteAsync($"INSERT INTO ops.\"__EFMigrationsHistory\" VALUES ('{Newest()}', '1')");
        Assert.Equal(HttpStatusCode.OK, await HealthAsync());
        await ExecuteAsync("TRUNCATE ops.\"__EFMigrationsHistory\"");
        Assert.Equal(HttpStatusCode.OK, await HealthAsync());

        async Task<HttpStatusCode> HealthAsync() => (await worker.Client.GetAsync("/health")).StatusCode;
        async Task ExecuteAsync(string sql)
        {
            await using var command = worker.Database.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }

        static string Newest() => typeof(ConversationData.ConversationDbContext).Assembly.GetTypes()
            .Select(type => type.GetCustomAttribute<Microsoft.EntityFrameworkCore.Migrations.MigrationAttribute>()?.Id).OfType<string>().Max(StringComparer.Ordinal)!;
    }

    [Fact]
    public void The_first_launch_profile_is_plain_http_on_the_documented_port()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "ConversationPlatform.sln")))
            root = Path.GetDirectoryName(root)!;

        using var settings = JsonDocument.Parse(File.ReadAllText(Path.Combine(root, "MaintenanceWorker", "Properties", "launchSettings.json")));
        var first = settings.RootElement.GetProperty("profiles").EnumerateObject().First();
        Assert.Equal("http", first.Name);
        Assert.Equal("http://localhost:5181", first.Value.GetProperty("applicationUrl").GetString());
        Assert.False(first.Value.GetProperty("launchBrowser").GetBoolean());
    }
}
