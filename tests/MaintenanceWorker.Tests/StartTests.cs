using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
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
