namespace AppHost.Services;

internal static class PublishExtensions
{
    // As MaintenanceWorker/Dockerfile has it.
    private const int ImagePort = 8080;

    /// <summary>Publishes a service as a container from its own Dockerfile, because it needs more beside it than .NET.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="dockerfile">The file, from the repository's root.</param>
    public static IResourceBuilder<ProjectResource> PublishedFrom(this IResourceBuilder<ProjectResource> builder, string dockerfile) =>
        builder.PublishAsDockerFile(container => container
            .WithDockerfile(Path.Combine(builder.ApplicationBuilder.AppHostDirectory, ".."), dockerfile)
            .WithEndpoint("http", endpoint => endpoint.TargetPort = ImagePort));

    /// <summary>Says that a service stands behind somebody who ends TLS for it, once it is deployed.</summary>
    public static IResourceBuilder<ProjectResource> BehindTlsWhenPublished(this IResourceBuilder<ProjectResource> builder) =>
        builder.WithEnvironment(context =>
        {
            if (context.ExecutionContext.IsPublishMode)
            {
                context.EnvironmentVariables["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "true";
            }
        });
}
