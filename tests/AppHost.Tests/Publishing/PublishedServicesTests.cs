using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using PostgresForTests;

namespace AppHost.Tests.Publishing;

public sealed class PublishedServicesTests : IDisposable
{
    private const string Key = "a-key-for-published-services-0123456789";
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(4));

    [Fact]
    public async Task Every_published_service_runs_by_environment_alone_and_ends_well()
    {
        await using var guard = new GuardedFolder("cpp-");
        // The server's account is another one where the tests run as root, and has to get in.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(guard.Path, (UnixFileMode)Convert.ToInt32("711", 8));
        var folders = new Dictionary<string, string>();
        foreach (var project in new[] { "PostgresNode", "MigrationRunner", "ConversationApi", "MaintenanceWorker" })
            folders[project] = await PublishedService.PublishAsync(project, Path.Combine(guard.Path, "published"), _limit.Token);
        var ports = FreePorts.Find(4);
        var (control, api, worker) = (Address(ports[1]), Address(ports[2]), Address(ports[3]));

        await using var node = PublishedService.Start(guard, folders["PostgresNode"], "node", await NodeAsync(guard.Path, ports[0], control));
        await node.HealthyAsync(control, _limit.Token);
        await using var migrations = PublishedService.Start(guard, folders["MigrationRunner"], "migrations", new Dictionary<string, string> { ["DATABASE_URL"] = Url("conversation_owner", ports[0]) });
        Assert.True(await migrations.EndedAsync(_limit.Token) == 0, migrations.Output);

        await using var conversations = PublishedService.Start(guard, folders["ConversationApi"], "api", new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = api.ToString(), ["DATABASE_URL"] = Url("app_user", ports[0]), ["ApiKeys__Bootstrap"] = Key, ["Ingestion__ReplyTokenKey"] = Key,
            ["Delivery__Folder"] = Path.Combine(guard.Path, "mail"),
        });
        await using var maintenance = PublishedService.Start(guard, folders["MaintenanceWorker"], "worker", new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = worker.ToString(), ["DATABASE_URL"] = Url("maintenance", ports[0]), ["ApiKeys__Bootstrap"] = Key,
            ["Nodes__0__Name"] = "postgres-1", ["Nodes__0__Address"] = control.ToString(), ["Nodes__0__ControlKey"] = Key, ["Nodes__0__Server"] = $"127.0.0.1:{ports[0]}",
        });
        await conversations.HealthyAsync(api, _limit.Token);
        await maintenance.HealthyAsync(worker, _limit.Token);

        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        using (var posted = await client.PostAsJsonAsync(new Uri(api, "/api/v1/inbound/messages"), new { From = "ann@lead.example", Subject = "Hello", TextBody = "Good day" }, _asWritten, _limit.Token))
            Assert.Equal(HttpStatusCode.OK, posted.StatusCode);
        var status = await client.GetFromJsonAsync<JsonElement>(new Uri(worker, "/ops/status"), _limit.Token);
        Assert.Contains("postgres-1", status.ToString(), StringComparison.Ordinal);
        using (var stranger = new HttpClient())
        using (var refused = await stranger.GetAsync(new Uri(api, "/api/v1/conversations"), _limit.Token))
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);

        Assert.Equal(0, await maintenance.StopAsync(_limit.Token));
        Assert.Equal(0, await conversations.StopAsync(_limit.Token));
        Assert.Equal(0, await node.StopAsync(_limit.Token));
        foreach (var service in new[] { node, migrations, conversations, maintenance })
            Assert.DoesNotContain(Key, service.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _limit.Dispose();

    private static readonly JsonSerializerOptions _asWritten = new();

    private static Uri Address(int port) => new($"http://127.0.0.1:{port}");

    private static string Url(string role, int port) => $"postgresql://{role}:{Key}@127.0.0.1:{port}/conversations";

    private static async Task<Dictionary<string, string>> NodeAsync(string folder, int port, Uri control)
    {
        var environment = new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = control.ToString(), ["Postgres__NodeName"] = "postgres-1", ["Postgres__BinDir"] = await PostgresBinaries.FindAsync(),
            ["Postgres__DataDir"] = Path.Combine(folder, "postgres-1"), ["Postgres__Port"] = $"{port}", ["Postgres__ControlKey"] = Key, ["Postgres__Checkout"] = "by-hand",
        };
        foreach (var role in new[] { "Superuser", "Owner", "App", "Maintenance", "Analytics", "Replication", "Repmgr" })
            environment[$"Postgres__Passwords__{role}"] = Key;
        return environment;
    }
}
