namespace AppHost.Services;

internal static class TelemetryExtensions
{
    /// <summary>
    /// Run: bounds what a service spends on a dashboard that is gone; without this its last export is retried for more than ten seconds at shutdown.
    /// Published: telemetry goes where the parameter <c>otlp-endpoint</c> says; nowhere while it is empty.
    /// </summary>
    public static IResourceBuilder<T> WithTelemetryThatNeverHoldsUp<T>(this IResourceBuilder<T> builder) where T : IResourceWithEnvironment
    {
        if (builder.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            return builder.WithEnvironment("OTEL_EXPORTER_OTLP_ENDPOINT", builder.ApplicationBuilder.OtlpEndpoint());
        }

        return builder.WithEnvironment("OTEL_EXPORTER_OTLP_TIMEOUT", "1000").WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY", "");
    }

    private static IResourceBuilder<ParameterResource> OtlpEndpoint(this IDistributedApplicationBuilder builder)
    {
        const string Name = "otlp-endpoint";
        return builder.Resources.OfType<ParameterResource>().FirstOrDefault(parameter => parameter.Name == Name) is { } known
            ? builder.CreateResourceBuilder(known)
            : builder.AddParameter(Name, "", publishValueAsDefault: true);
    }
}
