using System.Net.Http.Headers;

namespace AppHost.Tests.Publishing;

/// <summary>Containers of the images on a network of their own, configured as docs/deploy.md says and shut in as far as an orchestrator can.</summary>
internal sealed class Deployment(ImageSet images, CancellationToken cancellationToken) : IAsyncDisposable
{
    public const string Key = "a-key-for-images-0123456789-0123456789";

    // What an orchestrator leaves between its signal and the end by force.
    private const int GraceSeconds = 10;

    private static readonly string[] _shutIn = ["--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"];
    private readonly List<string> _names = [];

    public Task<string> CreateNetworkAsync() => ContainerEngine.RunAsync(cancellationToken, "network", "create", images.Mark);

    public Task StartNodeAsync(string name, string peer) => StartAsync(name, images.Node, 8008,
    [
        ("Postgres__NodeName", name), ("Postgres__Host", name), ("Postgres__ControlKey", Key), ("Postgres__Checkout", images.Mark),
        ("Postgres__Peers__0__Name", peer), ("Postgres__Peers__0__Host", peer), ("Postgres__Peers__0__Port", "5432"), ("Postgres__Peers__0__ControlUrl", $"http://{peer}:8008"),
        .. new[] { "Superuser", "Owner", "App", "Maintenance", "Analytics", "Replication", "Repmgr" }.Select(role => ($"Postgres__Passwords__{role}", Key)),
    ]);

    public Task StartMigrationsAsync() => StartAsync("migrations", images.Migrations, null, [Database("conversation_owner")]);

    public Task StartApiAsync() => StartAsync("api", images.Api, 8080, [Database("app_user"), ("ApiKeys__Bootstrap", Key), ("Ingestion__ReplyTokenKey", Key), ("Delivery__Folder", "/tmp/mail")]);

    public Task StartWorkerAsync(params string[] nodes) => StartAsync("worker", images.Worker, 8080,
    [
        Database("maintenance"), ("ApiKeys__Bootstrap", Key),
        .. nodes.SelectMany((node, i) => new[] { ($"Nodes__{i}__Name", node), ($"Nodes__{i}__Address", $"http://{node}:8008"), ($"Nodes__{i}__ControlKey", Key), ($"Nodes__{i}__Server", $"{node}:5432") }),
    ]);

    /// <summary>Waits until a container's own health check says that it is healthy.</summary>
    public Task HealthyAsync(string name) => StateAsync(name, "{{.State.Status}} {{.State.Health.Status}}", "running healthy", "running");

    /// <summary>Waits for a container's end, which has to be a good one.</summary>
    public Task EndedAsync(string name) => StateAsync(name, "{{.State.Status}} {{.State.ExitCode}}", "exited 0", "running", "created");

    /// <summary>Ends a container as an orchestrator does; what had to be ended by force did not end well.</summary>
    public async Task StopAsync(string name)
    {
        await ContainerEngine.RunAsync(cancellationToken, "stop", "-t", $"{GraceSeconds}", Container(name));
        await EndedAsync(name);
    }

    public Task KillAsync(string name) => ContainerEngine.RunAsync(cancellationToken, "kill", Container(name));

    public Task StartAgainAsync(string name) => ContainerEngine.RunAsync(cancellationToken, "start", Container(name));

    public Task<string> ExecuteAsync(string name, params string[] command) => ContainerEngine.RunAsync(cancellationToken, ["exec", Container(name), .. command]);

    public Task<string> LogsAsync(string name) => ContainerEngine.LogsAsync(Container(name), cancellationToken);

    /// <summary>A client of what a container serves, with the key.</summary>
    public async Task<HttpClient> ClientAsync(string name, int port)
    {
        await StateAsync(name, "{{.State.Status}}", "running", "created");
        var published = (await ContainerEngine.RunAsync(cancellationToken, "port", Container(name), $"{port}/tcp")).Split('\n')[0].Split(':')[^1];
        var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{published}"), Timeout = TimeSpan.FromSeconds(90) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var name in _names)
            await ContainerEngine.RunAsync(CancellationToken.None, "rm", "-f", "-v", Container(name));
        await ContainerEngine.RunAsync(CancellationToken.None, "network", "rm", images.Mark);
    }

    private static (string, string) Database(string role) =>
        ("ConnectionStrings__conversations", $"Host=postgres-1:5432,postgres-2:5432;Database=conversations;Username={role};Password={Key}");

    private async Task StartAsync(string name, string image, int? port, IEnumerable<(string Key, string Value)> environment)
    {
        _names.Add(name);
        await ContainerEngine.RunAsync(cancellationToken, ["run", "-d", "--name", Container(name), "--hostname", name, "--network", images.Mark, "--network-alias", name, .. _shutIn,
            .. port is null ? Array.Empty<string>() : ["-p", $"127.0.0.1::{port}"],
            .. environment.SelectMany(variable => new[] { "-e", $"{variable.Key}={variable.Value}" }), image]);
    }

    private async Task StateAsync(string name, string format, string wanted, params string[] onTheWay)
    {
        while (await ContainerEngine.RunAsync(cancellationToken, "inspect", "--format", format, Container(name)) is var state && state != wanted)
        {
            if (!onTheWay.Contains(state.Split(' ')[0]))
                Assert.Fail($"{name} is {state}:\n{await LogsAsync(name)}");
            await Task.Delay(500, cancellationToken);
        }
    }

    private string Container(string name) => $"{images.Mark}-{name}";
}
