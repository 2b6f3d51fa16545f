namespace AppHost.Services;

internal static class TelemetryExtensions
{
    /// <summary>
    /// Bounds what a service spends on a dashboard that is gone: without this its last export is retried for more than ten seconds at shutdown.
    /// </summary>
    public static IResourceBuilder<T> WithTelemetryThatNeverHoldsUp<T>(this IResourceBuilder<T> builder) where T : IResourceWithEnvironment =>
        builder.WithEnvironment(context =>
        {
            if (context.ExecutionContext.IsRunMode)
            {
                context.EnvironmentVariables["OTEL_EXPORTER_OTLP_TIMEOUT"] = "1000";
                context.EnvironmentVariables["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "";
            }
        });
}
