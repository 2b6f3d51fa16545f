namespace PostgresNode.Startup;

internal static class StartupExtensions
{
    public static void AddStartup(this IServiceCollection services)
    {
        services.AddSingleton<BringUp>();
    }
}
