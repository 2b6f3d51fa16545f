using Microsoft.Extensions.Configuration;

namespace ServiceDefaults.Telemetry;

/// <summary>Where telemetry goes, from the standard variable.</summary>
internal static class OtlpEndpoint
{
    public const string Variable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static string? Find(IConfiguration configuration)
    {
        var value = configuration[Variable];
        if (string.IsNullOrWhiteSpace(value))
            return null;

        return Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri.GetLeftPart(UriPartial.Path)
            : throw new InvalidOperationException($"{Variable} is '{value}'. It must be an absolute http or https address, such as http://localhost:4317.");
    }
}
