using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Docker;
using Aspire.Hosting.Docker.Resources.ComposeNodes;

namespace Aspire.Hosting;

public static class DockerComposeServiceExtensions
{
    public static IResourceBuilder<T> PublishAsDockerComposeService<T>(this IResourceBuilder<T> builder, Action<DockerComposeServiceResource, Service> configure) where T : IComputeResource =>
        builder.ApplicationBuilder.ExecutionContext.IsPublishMode ? builder.WithAnnotation(new DockerComposeServiceCustomizationAnnotation(configure)) : builder;

    public static string AsEnvironmentPlaceholder(this ParameterResource parameter, DockerComposeServiceResource dockerComposeService) =>
        dockerComposeService.Parent.Capture(new() { Name = VariableName(parameter.Name), Description = $"Parameter {parameter.Name}", Source = parameter });

    public static string AsEnvironmentPlaceholder(this IManifestExpressionProvider manifestExpressionProvider, DockerComposeServiceResource dockerComposeService) =>
        dockerComposeService.Parent.Capture(new() { Name = VariableName(manifestExpressionProvider.ValueExpression.Trim('{', '}')), Source = manifestExpressionProvider });

    /// <summary>The image of a service that is built: where it is deployed it has some name in some registry.</summary>
    internal static string ImagePlaceholder(this DockerComposeServiceResource service) =>
        service.Parent.Capture(new() { Name = VariableName($"{service.Name}-image"), Description = $"Container image name for {service.Name}", DefaultValue = $"{service.Name}:latest", Resource = service.Target });

    /// <summary>The port in the container of a project that does not say one.</summary>
    internal static string PortPlaceholder(this DockerComposeEnvironmentResource environment, IResource project) =>
        environment.Capture(new() { Name = VariableName($"{project.Name}-port"), Description = $"Default container port for {project.Name}", DefaultValue = "8080", Resource = project });

    private static string VariableName(string name) => name.Replace('-', '_').Replace('.', '_').ToUpperInvariant();
}
