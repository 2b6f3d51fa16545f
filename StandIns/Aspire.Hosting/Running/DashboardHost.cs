using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Aspire.Hosting.Dashboard;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Running;

/// <summary>Where the dashboard listens and with which keys: the configuration keys of the real AppHost.</summary>
internal static class DashboardSettings
{
    private const string GrpcKey = "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL";
    private const string HttpKey = "ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL";
    private const string UnsecuredKey = "ASPIRE_ALLOW_UNSECURED_TRANSPORT";

    public static DashboardOptions From(IConfigurationManager configuration, UserSecrets secrets, DistributedApplicationOptions options, string applicationName)
    {
        var urls = configuration["ASPNETCORE_URLS"] ?? throw new DistributedApplicationException(
            "The dashboard needs an address: set ASPNETCORE_URLS, or run with a launch profile that has an applicationUrl.");
        var grpc = Fixed(configuration, GrpcKey) ?? throw new DistributedApplicationException($"The dashboard needs an address for telemetry: set {GrpcKey}.");
        var frontends = urls.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(WithPort).ToArray();
        if (frontends.FirstOrDefault(address => address.Scheme == "https") is { } secured)
        {
            throw new DistributedApplicationException($"The dashboard cannot listen at {secured}: https needs the real Aspire packages. Choose the launch profile 'http'.");
        }

        if (!options.AllowUnsecuredTransport && !configuration.GetValue(UnsecuredKey, false))
        {
            throw new DistributedApplicationException($"The dashboard's address {frontends[0]} is not secured. Set {UnsecuredKey}=true to allow that.");
        }

        var anonymous = configuration.GetValue("ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS", false);
        return new DashboardOptions
        {
            FrontendUrls = frontends,
            OtlpGrpcUrl = grpc,
            OtlpHttpUrl = Fixed(configuration, HttpKey),
            ResourceServiceUrl = new Uri("http://127.0.0.1"),
            ResourceServiceApiKey = configuration["ASPIRE_DASHBOARD_RESOURCESERVICE_APIKEY"] ?? Token(),
            ApplicationName = applicationName,
            BrowserToken = anonymous ? null : configuration["ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN"] ?? Token(),
            OtlpApiKey = anonymous ? null : secrets.GetOrSet(configuration, "AppHost:OtlpApiKey", Token),
            TelemetryApiKey = anonymous ? null : secrets.GetOrSet(configuration, "AppHost:DashboardApiKey", Token),
            AllowUnsecured = true,
        };
    }

    private static string Token() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    // The services learn this address by configuration, so a free port chosen here has to stand there.
    private static Uri? Fixed(IConfigurationManager configuration, string key)
    {
        if (configuration[key] is not { Length: > 0 } url)
        {
            return null;
        }

        var address = WithPort(url);
        configuration.AddInMemoryCollection([new(key, address.GetLeftPart(UriPartial.Authority))]);
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

    public void ExpectEnd() => _process.ExpectEnd();

    public static async Task<DashboardHost> StartAsync(DashboardOptions options, AspireBundle bundle, IDashboardResources resources, ILogger logger, CancellationToken cancellationToken)
    {
        var service = await ResourceService.StartAsync(resources, options.ResourceServiceApiKey, logger, cancellationToken);
        try
        {
            var process = await DashboardProcess.StartAsync(bundle, options with { ResourceServiceUrl = service.Address }, logger, cancellationToken);
            return new DashboardHost(service, process, options.LoginUrl.ToString());
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
