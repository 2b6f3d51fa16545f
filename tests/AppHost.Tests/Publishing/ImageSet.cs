using PostgresForTests;

namespace AppHost.Tests.Publishing;

/// <summary>The four images, built once as docs/deploy.md says, under a name of this run; removed at the end.</summary>
public sealed class ImageSet : IAsyncLifetime
{
    private static readonly string[] _mirrors = ["DOTNET_REGISTRY", "POSTGRES_IMAGE", "PG_MAJOR", "NUGET_SOURCE", "DEBIAN_MIRROR", "PGDG_MIRROR"];
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(30);

    /// <summary>Part of the name of everything that this run leaves with the engine.</summary>
    public string Mark { get; } = $"cp-test-{Guid.NewGuid():N}"[..16];

    public string Node => $"{Mark}/postgres-node";

    public string Worker => $"{Mark}/worker";

    public string Migrations => $"{Mark}/migrations";

    public string Api => $"{Mark}/api";

    public IEnumerable<string> All => [Node, Worker, Migrations, Api];

    public async Task InitializeAsync()
    {
        if (ContainerEngine.Program is null)
            return;
        using var limit = new CancellationTokenSource(_patience);
        await BuildAsync(Node, "PostgresNode/Dockerfile", limit.Token);
        await BuildAsync(Worker, "MaintenanceWorker/Dockerfile", limit.Token);
        await PublishAsync(Migrations, "MigrationRunner", limit.Token);
        await PublishAsync(Api, "ConversationApi", limit.Token);
    }

    public async Task DisposeAsync()
    {
        if (ContainerEngine.Program is not null)
            await ContainerEngine.RunAsync(CancellationToken.None, ["image", "rm", "-f", .. All]);
    }

    private static Task<string> BuildAsync(string image, string dockerfile, CancellationToken cancellationToken) =>
        ContainerEngine.RunAsync(cancellationToken, ["build", .. Mirrors(), "-f", Path.Combine(PostgresBinaries.RepositoryRoot, dockerfile), "-t", image, PostgresBinaries.RepositoryRoot]);

    // What was built for these tests: other tests publish the same projects meanwhile.
    private static async Task PublishAsync(string image, string project, CancellationToken cancellationToken)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var registry = Environment.GetEnvironmentVariable("DOTNET_REGISTRY") is { Length: > 0 } mirror ? mirror : "mcr.microsoft.com";
        await ContainerEngine.RunProgramAsync("dotnet", cancellationToken,
            "publish", Path.Combine(PostgresBinaries.RepositoryRoot, project, $"{project}.csproj"), "-t:PublishContainer", "--no-build", "--configuration", configuration, "--nologo",
            $"-p:ContainerBaseImage={registry}/dotnet/aspnet:10.0-noble-chiseled", $"-p:ContainerRepository={image}",
            $"-p:LocalRegistry={(ContainerEngine.Program!.Contains("podman", StringComparison.Ordinal) ? "Podman" : "Docker")}");
    }

    private static IEnumerable<string> Mirrors() =>
        _mirrors.Where(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 }).SelectMany(name => new[] { "--build-arg", $"{name}={Environment.GetEnvironmentVariable(name)}" });
}
