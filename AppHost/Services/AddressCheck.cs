using System.Net.Sockets;
using Microsoft.Extensions.Configuration;

namespace AppHost.Services;

internal static class AddressCheck
{
    private static readonly (string Key, string Purpose)[] _own =
    [
        ("ASPNETCORE_URLS", "dashboard"),
        ("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "telemetry"),
        ("ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", "telemetry over HTTP"),
        ("ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", "resource service"),
    ];

    /// <summary>
    /// Whether everything that is to listen at a fixed address can. If not, says which cannot and what to do;
    /// otherwise a second AppHost would come up half, beside the first one.
    /// </summary>
    public static bool AddressesAreFree(this IDistributedApplicationBuilder builder)
    {
        if (builder.ExecutionContext.IsPublishMode || TakenIn(builder) is not { } taken)
        {
            return true;
        }

        Console.Error.WriteLine(
            $"{taken.Url} ({taken.Purpose}) is taken, probably by another AppHost: stop that one, or give this one an address of its own in {taken.Where}.");
        return false;
    }

    private static (string Url, string Purpose, string Where)? TakenIn(IDistributedApplicationBuilder builder)
    {
        var own = _own.SelectMany(each => (builder.Configuration[each.Key] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(url => (Url: url, each.Purpose, Where: each.Key)));
        var services = builder.Configuration.GetValue("DcpPublisher:RandomizePorts", false) ? [] : builder.Resources
            .SelectMany(resource => resource.Annotations.OfType<EndpointAnnotation>()
                .Where(endpoint => endpoint.Port is not null && endpoint.UriScheme is "http" or "https")
                .Select(endpoint => (Url: $"{endpoint.UriScheme}://localhost:{endpoint.Port}", Purpose: resource.Name, Where: "its launch settings")));
        foreach (var address in own.Concat(services))
        {
            if (Uri.TryCreate(address.Url, UriKind.Absolute, out var url) && url.Port > 0 && Answers(url))
            {
                return address;
            }
        }

        return null;
    }

    private static bool Answers(Uri address)
    {
        using var client = new TcpClient();
        try
        {
            client.Connect(address.Host, address.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
