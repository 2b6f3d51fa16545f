namespace PostgresNode.Startup;

internal static class StartupExtensions
{
    public static void AddStartup(this IServiceCollection services)
    {
        services.AddSingleton<PrimaryStart>();
        services.AddSingleton<StandbyStart>();
        services.AddSingleton<Joining>();
        services.AddSingleton<BringUp>();
    }
}
