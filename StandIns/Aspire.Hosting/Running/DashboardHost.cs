using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Aspire.Hosting.Dashboard;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Running;

/// <summary>Where the dashboard listens and with which keys; the same configuration keys as the real AppHost's.</summary>
internal sealed record DashboardSettings(Uri Frontend, string? BrowserToken, Uri? OtlpGrpc, Uri? OtlpHttp, string? OtlpApiKey, string? ApiKey, string? ResourceServiceKey, string ApplicationName)
{
    private const string GrpcKey = "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL";
    private const string HttpKey = "ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL";

    public static DashboardSettings From(IConfiguration configuration, UserSecrets secrets, DistributedApplicationOptions options)
    {
        var manager = (IConfigurationManager)configuration;
        var urls = configuration["ASPNETCORE_URLS"] ?? throw new DistributedApplicationException(
            "The dashboard needs an address: set ASPNETCORE_URLS, or run with a launch profile that has an applicationUrl.");
        if (configuration[GrpcKey] is null && configuration[HttpKey] is null)
        {
            throw new DistributedApplicationException($"The dashboard needs an address for telemetry: set {GrpcKey} or {HttpKey}.");
        }

        var frontend = WithPort(urls.Split(';')[0]);
        var unsecured = options.AllowUnsecuredTransport || configuration.GetValue("ASPIRE_ALLOW_UNSECURED_TRANSPORT", false);
        if (frontend.Scheme == "http" && !unsecured)
        {
            throw new DistributedApplicationException($"The dashboard's address {frontend} is not secured. Use https, or set ASPIRE_ALLOW_UNSECURED_TRANSPORT=true.");
        }

        if (frontend.Scheme == "https")
        {
            throw new DistributedApplicationException("https for the dashboard needs the real Aspire packages; choose the http launch profile.");
        }

        var anonymous = configuration.GetValue("ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS", false);
        var grpc = Fixed(manager, GrpcKey);
        var http = Fixed(manager, HttpKey);
        return anonymous
            ? new DashboardSettings(frontend, null, grpc, http, null, null, null, ApplicationOf(configuration))
            : new DashboardSettings(
                frontend,
                configuration["ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN"] ?? Token(),
                grpc,
                http,
                secrets.GetOrSet(manager, "AppHost:OtlpApiKey", Token),
                secrets.GetOrSet(manager, "AppHost:DashboardApiKey", Token),
                configuration["ASPIRE_DASHBOARD_RESOURCESERVICE_APIKEY"] ?? Token(),
                ApplicationOf(configuration));
    }

    private static string ApplicationOf(IConfiguration configuration) => configuration["AppHost:DashboardApplicationName"] ?? configuration["applicationName"] ?? "AppHost";

    private static string Token() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    // The services learn this address by configuration, so a free port chosen here has to stand there.
    private static Uri? Fixed(IConfigurationManager configuration, string key)
    {
        if (configuration[key] is not { Length: > 0 } url)
        {
            return null;
        }

        var address = WithPort(url);
        configuration.AddInMemoryCollection([new(key, address.ToString().TrimEnd('/'))]);
        return address;
    }

    private static Uri WithPort(string url)
    {
        var uri = new Uri(url.Trim());
        return uri.Port == 0 ? new UriBuilder(uri) { Port = FreePort.Next() }.Uri : uri;
    }
}

internal static class FreePort
{
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>The dashboard's process and the service that tells it about the resources.</summary>
internal sealed class DashboardHost : IAsyncDisposable
{
    private readonly ResourceService _resources;
    private readonly DashboardProcess _process;

    private DashboardHost(ResourceService resources, DashboardProcess process, string loginUrl)
    {
        _resources = resources;
        _process = process;
        LoginUrl = loginUrl;
    }

    public string LoginUrl { get; }

    public static async Task<DashboardHost> StartAsync(DashboardSettings settings, AspireBundle bundle, IDashboardResources resources, ILogger logger, CancellationToken cancellationToken)
    {
        var service = await ResourceService.StartAsync(resources, settings.ResourceServiceKey, cancellationToken);
        try
        {
            var process = await DashboardProcess.StartAsync(bundle, settings, service.Address, logger, cancellationToken);
            var front = settings.Frontend.ToString().TrimEnd('/');
            return new DashboardHost(service, process, settings.BrowserToken is null ? front : $"{front}/login?t={settings.BrowserToken}");
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        await _resources.DisposeAsync();
    }
}
