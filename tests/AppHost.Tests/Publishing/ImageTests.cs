using System.Net.Http.Headers;
using System.Text.Json;
using PostgresForTests;

namespace AppHost.Tests.Publishing;

/// <summary>The images, built as docs/deploy.md says and started by hand.</summary>
public sealed class ImageTests : IDisposable
{
    private const string Key = "a-key-for-images-0123456789";
    private static readonly string[] s_mirrors = ["DOTNET_REGISTRY", "POSTGRES_IMAGE", "PG_MAJOR", "NUGET_SOURCE", "DEBIAN_MIRROR"];
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(20));
    private readonly string _mark = $"cp-test-{Guid.NewGuid():N}"[..16];

    [EngineFact]
    public async Task The_images_are_built_and_run_together_as_other_users_than_root()
    {
        try
        {
            foreach (var (image, dockerfile) in new[] { ("node", "PostgresNode/Dockerfile"), ("worker", "MaintenanceWorker/Dockerfile") })
                await ContainerEngine.RunAsync(_limit.Token, ["build", .. Mirrors(), "-f", Path.Combine(PostgresBinaries.RepositoryRoot, dockerfile), "-t", $"{_mark}/{image}", PostgresBinaries.RepositoryRoot]);
            foreach (var image in new[] { "node", "worker" })
                Assert.Equal("postgres", await ContainerEngine.RunAsync(_limit.Token, "image", "inspect", "--format", "{{.Config.User}}", $"{_mark}/{image}"));

            await ContainerEngine.RunAsync(_limit.Token, "network", "create", _mark);
            await StartAsync("postgres-1", "node", [("Postgres__NodeName", "postgres-1"), ("Postgres__Host", "postgres-1"), ("Postgres__ControlKey", Key), ("Postgres__Checkout", _mark), .. Passwords()]);
            await HealthyAsync("postgres-1");
            await StartAsync("worker", "worker", [("DATABASE_URL", $"postgresql://maintenance:{Key}@postgres-1/conversations"), ("ApiKeys__Bootstrap", Key),
                ("Nodes__0__Name", "postgres-1"), ("Nodes__0__Address", "http://postgres-1:8008"), ("Nodes__0__ControlKey", Key), ("Nodes__0__Server", "postgres-1:5432")], "-p", "127.0.0.1::8080");
            await HealthyAsync("worker");

            var port = (await ContainerEngine.RunAsync(_limit.Token, "port", $"{_mark}-worker", "8080/tcp")).Split('\n')[0].Split(':')[^1];
            using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}") };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
            var status = JsonSerializer.Deserialize<JsonElement>(await client.GetStringAsync(new Uri("/ops/status", UriKind.Relative), _limit.Token));
            Assert.Contains("postgres-1", status.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            await CleanAsync();
        }
    }

    public void Dispose() => _limit.Dispose();

    private static IEnumerable<string> Mirrors() =>
        s_mirrors.Where(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 }).SelectMany(name => new[] { "--build-arg", $"{name}={Environment.GetEnvironmentVariable(name)}" });

    private static IEnumerable<(string, string)> Passwords() =>
        new[] { "Superuser", "Owner", "App", "Maintenance", "Analytics", "Replication", "Repmgr" }.Select(role => ($"Postgres__Passwords__{role}", Key));

    private Task<string> StartAsync(string name, string image, IEnumerable<(string Key, string Value)> environment, params string[] more) =>
        ContainerEngine.RunAsync(_limit.Token, ["run", "-d", "--name", $"{_mark}-{name}", "--hostname", name, "--network", _mark, "--network-alias", name,
            .. environment.SelectMany(variable => new[] { "-e", $"{variable.Key}={variable.Value}" }), .. more, $"{_mark}/{image}"]);

    private async Task HealthyAsync(string name)
    {
        while (await ContainerEngine.RunAsync(_limit.Token, "inspect", "--format", "{{.State.Status}} {{.State.Health.Status}}", $"{_mark}-{name}") is var state && state != "running healthy")
        {
            if (!state.StartsWith("running", StringComparison.Ordinal))
                Assert.Fail($"{name} is {state}:\n{await ContainerEngine.RunAsync(_limit.Token, "logs", $"{_mark}-{name}")}");
            await Task.Delay(500, _limit.Token);
        }
    }

    private async Task CleanAsync()
    {
        foreach (var name in new[] { "worker", "postgres-1" })
            await ContainerEngine.RunAsync(CancellationToken.None, "rm", "-f", "-v", $"{_mark}-{name}");
        foreach (var command in new[] { new[] { "network", "rm", "-f", _mark }, ["image", "rm", "-f", $"{_mark}/node", $"{_mark}/worker"] })
            await ContainerEngine.RunAsync(CancellationToken.None, command);
    }
}
