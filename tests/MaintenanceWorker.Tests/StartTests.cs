using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc.Testing;

namespace MaintenanceWorker.Tests;

public class StartTests
{
    [Fact]
    public async Task The_service_starts_without_a_database_takes_traffic_and_says_who_it_is()
    {
        await using var factory = new WebApplicationFactory<Program>().WithWebHostBuilder(web =>
            web.UseSetting("ConnectionStrings:conversations", "Host=127.0.0.1;Port=1;Database=nowhere;Username=nobody;Timeout=1"));
        factory.UseKestrel(0);
        using var client = factory.CreateClient();

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
