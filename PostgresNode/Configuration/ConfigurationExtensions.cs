using Microsoft.Extensions.Options;

namespace PostgresNode.Configuration;

internal static class ConfigurationExtensions
{
    public static void AddConfiguration(this IServiceCollection services)
    {
        services.AddOptions<PostgresNodeOptions>().BindConfiguration(PostgresNodeOptions.Section).ValidateOnStart();
        services.AddSingleton<IPostConfigureOptions<PostgresNodeOptions>, NodeIdFromName>();
        services.AddSingleton<IValidateOptions<PostgresNodeOptions>, PostgresNodeOptionsValidator>();
        services.AddSingleton<NodePaths>();
        services.AddSingleton<ConfigurationFiles>();
    }
}
