using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace ServiceDefaults.Health;

/// <summary>A second address for the health endpoints.</summary>
internal static class ManagementPort
{
    /// <summary>Adding one address makes the server ignore those from configuration, so they are added with it.</summary>
    public static void Listen(WebApplication app, int port)
    {
        if (app.Urls.Count == 0)
        {
            foreach (var url in Configured(app.Configuration))
                app.Urls.Add(url);
        }

        app.Urls.Add($"http://*:{port}");
    }

    private static string[] Configured(IConfiguration configuration)
    {
        if (configuration["urls"] is { Length: > 0 } urls)
            return urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

        var ports = Ports(configuration, "http").Concat(Ports(configuration, "https")).ToArray();
        return ports.Length > 0 ? ports : ["http://localhost:5000"];
    }

    private static IEnumerable<string> Ports(IConfiguration configuration, string scheme)
        => (configuration[$"{scheme}_ports"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(port => $"{scheme}://*:{port}");
}
