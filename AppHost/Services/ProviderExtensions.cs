namespace AppHost.Services;

internal static class ProviderExtensions
{
    /// <summary>
    /// Passes on what the API needs to know of outside services. Each is empty unless it is given, as a parameter or under the name that people know it by;
    /// then the API does what needs no account.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithProviders(this IResourceBuilder<ProjectResource> api) => api
        .WithOptional("Postmark__ServerToken", "postmark-server-token", "POSTMARK_API_TOKEN", secret: true)
        .WithOptional("Delivery__From", "mail-from", "POSTMARK_FROM_EMAIL")
        .WithOptional("Delivery__InboundAddress", "mail-inbound-address", "Delivery:InboundAddress")
        .WithOptional("OpenAI__ApiKey", "openai-api-key", "OPENAI_API_KEY", secret: true);

    private static IResourceBuilder<ProjectResource> WithOptional(this IResourceBuilder<ProjectResource> api, string variable, string parameter, string knownAs, bool secret = false)
    {
        var configuration = api.ApplicationBuilder.Configuration;
        return api.WithEnvironment(variable, api.ApplicationBuilder.AddParameter(parameter,
            () => configuration[$"Parameters:{parameter}"] ?? configuration[knownAs] ?? configuration[variable.Replace("__", ":", StringComparison.Ordinal)] ?? "", secret: secret)
            .WithAnnotation(new MayBeEmptyAnnotation()));
    }
}
