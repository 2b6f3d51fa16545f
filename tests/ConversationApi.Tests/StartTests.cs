using System.Net;
using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json;
using ConversationData.Roles;
using MailForTests;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Options;
using Npgsql;
using PostgresForTests;

namespace ConversationApi.Tests;

public sealed class StartTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task The_service_starts_on_a_real_server_is_healthy_and_says_who_it_is()
    {
        var database = await MigratedDatabase.CreateAsync(postgres.Server);
        await using var factory = new WebApplicationFactory<Program>().WithWebHostBuilder(web => web.UseSetting("urls", "http://127.0.0.1:0").UseSetting("ConnectionStrings:conversations", database));
        factory.UseKestrel();
        using var client = factory.CreateClient();

        var identity = await client.GetFromJsonAsync<JsonElement>("/");
        Assert.Equal("ConversationApi", identity.GetProperty("name").GetString());
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

        await using var api = ApiServer.Start(database, ("Health:Cache", "00:00:00"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await HealthAsync());
        await MigratedDatabase.MigrateAsync(api.ConnectionString);
        // As the migrations of an earlier version left it.
        await ExecuteAsync("UPDATE ops.\"__EFMigrationsHistory\" SET \"MigrationId\" = 'later' WHERE \"MigrationId\" = (SELECT max(\"MigrationId\") FROM ops.\"__EFMigrationsHistory\")");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await HealthAsync());
        Assert.Equal(HttpStatusCode.OK, (await api.Client.GetAsync("/alive")).StatusCode);
        await ExecuteAsync("DELETE FROM ops.\"__EFMigrationsHistory\" WHERE \"MigrationId\" = 'later'; INSERT INTO ops.\"__EFMigrationsHistory\" VALUES ('99990101000000_OfALaterVersion', '1')");
        await ExecuteAsync($"INSERT INTO ops.\"__EFMigrationsHistory\" VALUES ('{Newest()}', '1')");
        Assert.Equal(HttpStatusCode.OK, await HealthAsync());
        await ExecuteAsync("TRUNCATE ops.\"__EFMigrationsHistory\"");
        Assert.Equal(HttpStatusCode.OK, await HealthAsync());

        async Task<HttpStatusCode> HealthAsync() => (await api.Client.GetAsync("/health")).StatusCode;
        async Task ExecuteAsync(string sql)
        {
            await using var command = api.Database.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }

        static string Newest() => typeof(ConversationData.ConversationDbContext).Assembly.GetTypes()
            .Select(type => type.GetCustomAttribute<Microsoft.EntityFrameworkCore.Migrations.MigrationAttribute>()?.Id).OfType<string>().Max(StringComparer.Ordinal)!;
    }

    [Fact]
    public void Without_a_database_the_service_does_not_start_and_says_what_to_set()
    {
        using var factory = new WebApplicationFactory<Program>();
        Assert.Contains("ConnectionStrings__conversations", Assert.Throws<InvalidOperationException>(() => factory.CreateClient()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ApiKeys:Bootstrap", "short")]
    [InlineData("Ingestion:ReplyTokenKey", "short")]
    [InlineData("Ingestion:MaxBatchMessages", "0")]
    [InlineData("Idempotency:KeepFor", "23:00:00")]
    [InlineData("Delivery:From", "not an address")]
    [InlineData("Delivery:InboundAddress", "a@x, b@x")]
    [InlineData("Delivery:Lease", "00:00:30")]
    [InlineData("Delivery:Provider", "postmark")]
    [InlineData("Postmark:ServerToken", "a-token-without-a-sender")]
    [InlineData("POSTMARK_API_TOKEN", "a-token-without-a-sender")]
    [InlineData("Postmark:BaseAddress", "ftp://postmark.example")]
    [InlineData("Search:AwaitIndex", "8.00:00:00")]
    public void A_setting_that_is_out_of_bounds_stops_the_start(string name, string value)
    {
        using var factory = new WebApplicationFactory<Program>().WithWebHostBuilder(web => web.UseSetting("ConnectionStrings:conversations", postgres.Server.ConnectionString).UseSetting(name, value));
        Assert.Throws<OptionsValidationException>(() => factory.CreateClient());
    }

    [Fact]
    public void Vectors_that_would_be_gone_before_a_replica_knows_stop_the_start()
    {
        using var factory = new WebApplicationFactory<Program>().WithWebHostBuilder(web => web.UseSetting("ConnectionStrings:conversations", postgres.Server.ConnectionString)
            .UseSetting("Search:KeepRetired", "00:00:30").UseSetting("Database:StaleReads:MaxLag", "00:00:30"));
        var message = Assert.Throws<OptionsValidationException>(() => factory.CreateClient()).Message;
        Assert.Contains("Search:KeepRetired", message, StringComparison.Ordinal);
        Assert.Contains("Database:StaleReads:MaxLag", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_launch_profile_is_plain_http_on_the_documented_port()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "ConversationPlatform.sln")))
            root = Path.GetDirectoryName(root)!;

        using var settings = JsonDocument.Parse(File.ReadAllText(Path.Combine(root, "ConversationApi", "Properties", "launchSettings.json")));
        var first = settings.RootElement.GetProperty("profiles").EnumerateObject().First();
        Assert.Equal("http", first.Name);
        Assert.Equal("http://localhost:5180", first.Value.GetProperty("applicationUrl").GetString());
        Assert.False(first.Value.GetProperty("launchBrowser").GetBoolean());
    }
}
