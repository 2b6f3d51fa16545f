using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace AppHost.Tests;

/// <summary>The whole platform with its dashboard, on ports of its own, started once for the tests of a collection.</summary>
public sealed class RunningPlatform : IAsyncLifetime
{
    private IDistributedApplicationTestingBuilder? _builder;
    private DistributedApplication? _application;
    private ResourceEvent? _firstMigrations;

    public DistributedApplication Application => _application ?? throw new InvalidOperationException("Not started.");
    public string DashboardUrl { get; } = $"http://localhost:{FreePort()}";
    public string DashboardApiKey { get; } = Key();
    public DataFolder Data { get; } = new();

    /// <summary>How the run of migrations ended that the start waited for; tests may start others.</summary>
    public ResourceEvent FirstMigrations => _firstMigrations ?? throw new InvalidOperationException("Not started.");

    public async Task InitializeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        _builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            [.. Arguments(DashboardUrl, DashboardApiKey), .. Data.Arguments], (options, _) => options.DisableDashboard = false, limit.Token);
        _application = await _builder.BuildAsync(limit.Token);
        await _application.StartAsync(limit.Token);
        _firstMigrations = await _application.ResourceNotifications.WaitForResourceAsync(
            "migrations", change => KnownResourceStates.TerminalStates.Contains(change.Snapshot.State?.Text), limit.Token);
        await HealthyAsync("api", limit.Token);
        await HealthyAsync("worker", limit.Token);
    }

    public Task<ResourceEvent> HealthyAsync(string resource, CancellationToken cancellationToken) =>
        Application.ResourceNotifications.WaitForResourceHealthyAsync(resource, WaitBehavior.StopOnResourceUnavailable, cancellationToken);

    public async Task DisposeAsync()
    {
        if (_application is not null)
        {
            await _application.StopAsync();
            await _application.DisposeAsync();
        }

        if (_builder is not null)
        {
            await _builder.DisposeAsync();
        }

        Data.Dispose();
    }

    /// <summary>Settings that keep a test's AppHost away from one that somebody runs by hand, and from the user's secrets.</summary>
    public static string[] Arguments(string dashboardUrl, string dashboardApiKey) =>
    [
        $"--ASPNETCORE_URLS={dashboardUrl}",
        "--ASPIRE_ALLOW_UNSECURED_TRANSPORT=true",
        $"--ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL=http://localhost:{FreePort()}",
        $"--ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL=http://localhost:{FreePort()}",
        $"--ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL=http://localhost:{FreePort()}",
        $"--AppHost:DashboardApiKey={dashboardApiKey}",
        $"--AppHost:OtlpApiKey={Key()}",
        "--DcpPublisher:RandomizePorts=true",
    ];

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Key() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}

[CollectionDefinition(Name)]
public sealed class PlatformCollectionDefinition : ICollectionFixture<RunningPlatform>
{
    public const string Name = "Running platform";
}
