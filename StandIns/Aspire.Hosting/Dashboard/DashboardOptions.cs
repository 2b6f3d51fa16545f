namespace Aspire.Hosting.Dashboard;

/// <summary>How the dashboard is to be started. Addresses have their port; 0 is not possible, since clients must know them.</summary>
internal sealed record DashboardOptions
{
    /// <summary>Where people open it.</summary>
    public required IReadOnlyList<Uri> FrontendUrls { get; init; }

    /// <summary>Where telemetry comes in by gRPC.</summary>
    public required Uri OtlpGrpcUrl { get; init; }

    /// <summary>Where telemetry comes in by HTTP; none when null.</summary>
    public Uri? OtlpHttpUrl { get; init; }

    public required Uri ResourceServiceUrl { get; init; }

    public required string ResourceServiceApiKey { get; init; }

    public required string ApplicationName { get; init; }

    /// <summary>What people log in with (<c>/login?t=...</c>); null lets everybody in.</summary>
    public string? BrowserToken { get; init; }

    /// <summary>What senders of telemetry put into <c>x-otlp-api-key</c>; null lets everybody send.</summary>
    public string? OtlpApiKey { get; init; }

    /// <summary>What readers of <c>/api/telemetry</c> put into <c>x-api-key</c>; null switches that API off.</summary>
    public string? TelemetryApiKey { get; init; }

    /// <summary>Must be set when one of the addresses is http; otherwise the start is refused, as with the real packages.</summary>
    public bool AllowUnsecured { get; init; }

    /// <summary>The address to open, with the token; to be shown to the user only.</summary>
    public Uri LoginUrl => BrowserToken is null ? FrontendUrls[0] : new Uri(FrontendUrls[0], $"/login?t={Uri.EscapeDataString(BrowserToken)}");

    internal IEnumerable<Uri> Addresses => [.. FrontendUrls, OtlpGrpcUrl, .. OtlpHttpUrl is null ? Array.Empty<Uri>() : [OtlpHttpUrl]];

    internal IEnumerable<KeyValuePair<string, string>> ToEnvironment()
    {
        yield return new("ASPNETCORE_URLS", string.Join(';', FrontendUrls.Select(Text)));
        yield return new("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", Text(OtlpGrpcUrl));
        if (OtlpHttpUrl is not null)
        {
            yield return new("ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", Text(OtlpHttpUrl));
        }

        yield return new("ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", Text(ResourceServiceUrl));
        yield return new("DASHBOARD__RESOURCESERVICECLIENT__AUTHMODE", "ApiKey");
        yield return new("DASHBOARD__RESOURCESERVICECLIENT__APIKEY", ResourceServiceApiKey);
        yield return new("DASHBOARD__APPLICATIONNAME", ApplicationName);
        yield return new("DASHBOARD__FRONTEND__AUTHMODE", BrowserToken is null ? "Unsecured" : "BrowserToken");
        if (BrowserToken is not null)
        {
            yield return new("DASHBOARD__FRONTEND__BROWSERTOKEN", BrowserToken);
        }

        yield return new("DASHBOARD__OTLP__AUTHMODE", OtlpApiKey is null ? "Unsecured" : "ApiKey");
        if (OtlpApiKey is not null)
        {
            yield return new("DASHBOARD__OTLP__PRIMARYAPIKEY", OtlpApiKey);
        }

        yield return new("DASHBOARD__API__ENABLED", TelemetryApiKey is null ? "false" : "true");
        if (TelemetryApiKey is not null)
        {
            yield return new("DASHBOARD__API__AUTHMODE", "ApiKey");
            yield return new("DASHBOARD__API__PRIMARYAPIKEY", TelemetryApiKey);
        }

        if (AllowUnsecured)
        {
            yield return new("ASPIRE_ALLOW_UNSECURED_TRANSPORT", "true");
        }
    }

    private static string Text(Uri address) => address.GetLeftPart(UriPartial.Authority);
}
