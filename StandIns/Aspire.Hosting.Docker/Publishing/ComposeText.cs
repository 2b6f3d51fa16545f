using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Docker.Publishing;

/// <summary>Values of the model as a compose file has them: services by their names, parameters as variables.</summary>
internal static class ComposeText
{
    public static string Of(object? value, DockerComposeServiceResource service) => value switch
    {
        null => "",
        string text => text,
        IResourceBuilder<IResource> builder => Of(builder.Resource, service),
        EndpointReference endpoint => Of(endpoint.Property(EndpointProperty.Url), service),
        EndpointReferenceExpression endpoint => Of(endpoint, service.Parent),
        ConnectionStringReference reference => Of(reference.Resource.ConnectionStringExpression, service),
        ParameterResource parameter => parameter.AsEnvironmentPlaceholder(service),
        IResourceWithConnectionString owner => Of(owner.ConnectionStringExpression, service),
        ReferenceExpression expression => string.Format(CultureInfo.InvariantCulture, expression.Format, [.. expression.ValueProviders.Select(provider => Of(provider, service))]),
        IManifestExpressionProvider provider => provider.AsEnvironmentPlaceholder(service),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>The port in the container.</summary>
    public static string PortOf(EndpointAnnotation endpoint, IResource resource, DockerComposeEnvironmentResource environment) =>
        (endpoint.TargetPort ?? (resource is ContainerResource ? endpoint.Port : null))?.ToString(CultureInfo.InvariantCulture) ?? environment.PortPlaceholder(resource);

    private static string Of(EndpointReferenceExpression expression, DockerComposeEnvironmentResource environment)
    {
        var endpoint = expression.Endpoint.EndpointAnnotation;
        var host = expression.Endpoint.Resource.Name.ToLowerInvariant();
        var port = PortOf(endpoint, expression.Endpoint.Resource, environment);
        return expression.Property switch
        {
            EndpointProperty.Url => $"{endpoint.UriScheme}://{host}:{port}",
            EndpointProperty.Host or EndpointProperty.IPV4Host => host,
            EndpointProperty.Port or EndpointProperty.TargetPort => port,
            EndpointProperty.HostAndPort => $"{host}:{port}",
            EndpointProperty.Scheme => endpoint.UriScheme,
            _ => throw new NotSupportedException($"The property '{expression.Property}' of an endpoint cannot be published."),
        };
    }
}
