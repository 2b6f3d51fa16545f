namespace AppHost.Services;

internal static class SecretExtensions
{
    /// <summary>Adds a secret that is generated at the first start and kept in the user secrets.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">Its name; the value can be given as <c>Parameters:name</c>.</param>
    public static IResourceBuilder<ParameterResource> AddGeneratedSecret(this IDistributedApplicationBuilder builder, [ResourceName] string name) =>
        builder.AddParameter(name, new GenerateParameterDefault { MinLength = 32, Special = false }, secret: true, persist: true);
}
