namespace AppHost.Services;

internal static class ProviderExtensions
{
    /// <summary>
    /// Passes on what the API needs to know of outside services, each given as a parameter or under the name that people know it by. What is not given
    /// is not passed on, so that the API's own settings count; without these it does what needs no account. Published, each is an input, which may be empty.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithProviders(this IResourceBuilder<ProjectResource> api) => api
        .WithOptional("Postmark__ServerToken", "postmark-server-token", "POSTMARK_API_TOKEN", secret: true)
        .WithOptional("Delivery__From", "mail-from", "POSTMARK_FROM_EMAIL")
        .WithOptional("Delivery__InboundAddress", "mail-inbound-address", "Delivery:InboundAddress")
        .WithOptional("OpenAI__ApiKey", "openai-api-key", "OPENAI_API_KEY", secret: true);

    private static IResourceBuilder<ProjectResource> WithOptional(this IResourceBuilder<ProjectResource> api, string variable, string parameter, string knownAs, bool secret = false)
    {
        var configuration = api.ApplicationBuilder.Configuration;
        var value = api.ApplicationBuilder.AddParameter(parameter,
            () => configuration[$"Parameters:{parameter}"] ?? configuration[knownAs] ?? configuration[variable.Replace("__", ":", StringComparison.Ordinal)] ?? "", secret: secret)
            .WithAnnotation(new MayBeEmptyAnnotation());
        return api.WithEnvironment(async context =>
        {
            if (context.ExecutionContext.IsPublishMode || await value.Resource.GetValueAsync(context.CancellationToken) is { Length: > 0 })
            {
                context.EnvironmentVariables[variable] = value.Resource;
            }
        });
    }
}
