using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    public static IResourceBuilder<T> WithCommand<T>(this IResourceBuilder<T> builder, string name, string displayName,
        Func<ExecuteCommandContext, Task<ExecuteCommandResult>> executeCommand, CommandOptions? commandOptions = null) where T : IResource
    {
        commandOptions ??= CommandOptions.Default;
        foreach (var earlier in builder.Resource.Annotations.OfType<ResourceCommandAnnotation>().Where(command => command.Name == name).ToArray())
        {
            builder.Resource.Annotations.Remove(earlier);
        }

        return builder.WithAnnotation(new ResourceCommandAnnotation(name, displayName, commandOptions.UpdateState, executeCommand, commandOptions));
    }

    public static IResourceBuilder<TResource> WithHttpCommand<TResource>(this IResourceBuilder<TResource> builder, string path, string displayName,
        string? endpointName = null, string? commandName = null, HttpCommandOptions? commandOptions = null) where TResource : IResourceWithEndpoints =>
        builder.WithHttpCommand(path, displayName, HttpEndpointOf(builder, endpointName), commandName, commandOptions);

    public static IResourceBuilder<TResource> WithHttpCommand<TResource>(this IResourceBuilder<TResource> builder, string path, string displayName,
        Func<EndpointReference>? endpointSelector, string? commandName = null, HttpCommandOptions? commandOptions = null) where TResource : IResourceWithEndpoints
    {
        var options = commandOptions ?? HttpCommandOptions.Default;
        var select = options.EndpointSelector ?? endpointSelector ?? HttpEndpointOf(builder, null);
        var method = options.Method ?? HttpMethod.Post;
        commandName ??= $"{builder.Resource.Name}-http-{method.Method.ToLowerInvariant()}-{path.Trim('/').Replace('/', '-')}";
        if (options.UpdateState is null)
        {
            // Calling what does not run cannot work; shown, but not to be pressed.
            options = new HttpCommandOptions
            {
                Description = options.Description, ConfirmationMessage = options.ConfirmationMessage, IconName = options.IconName,
                IconVariant = options.IconVariant, IsHighlighted = options.IsHighlighted, HttpClientName = options.HttpClientName,
                PrepareRequest = options.PrepareRequest, GetCommandResult = options.GetCommandResult, Method = options.Method,
                UpdateState = context => context.ResourceSnapshot.State?.Text == KnownResourceStates.Running ? ResourceCommandState.Enabled : ResourceCommandState.Disabled,
            };
        }

        return builder.WithCommand(commandName, displayName, async context =>
        {
            var endpoint = select();
            var url = await endpoint.GetValueAsync(context.CancellationToken);
            using var client = context.ServiceProvider.GetRequiredService<IHttpClientFactory>().CreateClient(options.HttpClientName ?? "");
            using var request = new HttpRequestMessage(method, new Uri(new Uri(url!), path));
            if (options.PrepareRequest is { } prepare)
            {
                await prepare(new HttpCommandRequestContext
                {
                    ServiceProvider = context.ServiceProvider, ResourceName = context.ResourceName, Endpoint = endpoint,
                    CancellationToken = context.CancellationToken, HttpClient = client, Request = request,
                });
            }

            using var response = await client.SendAsync(request, context.CancellationToken);
            if (options.GetCommandResult is { } getResult)
            {
                return await getResult(new HttpCommandResultContext
                {
                    ServiceProvider = context.ServiceProvider, ResourceName = context.ResourceName, Endpoint = endpoint,
                    CancellationToken = context.CancellationToken, HttpClient = client, Response = response,
                });
            }

            return response.IsSuccessStatusCode ? CommandResults.Success() : CommandResults.Failure($"Request failed with status code {(int)response.StatusCode}.");
        }, options);
    }

    private static Func<EndpointReference> HttpEndpointOf<T>(IResourceBuilder<T> builder, string? name) where T : IResourceWithEndpoints => () =>
        name is not null ? builder.GetEndpoint(name)
        : builder.Resource.GetEndpoints().FirstOrDefault(endpoint => endpoint.IsHttp || endpoint.IsHttps)
            ?? throw new DistributedApplicationException($"Resource '{builder.Resource.Name}' has no HTTP endpoint for its command.");
}
