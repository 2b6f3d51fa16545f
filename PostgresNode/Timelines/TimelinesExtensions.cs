namespace PostgresNode.Timelines;

internal static class TimelinesExtensions
{
    public static void AddTimelines(this IServiceCollection services)
    {
        services.AddSingleton<OwnWal>();
        services.AddSingleton<PrimaryHistory>();
        services.AddSingleton<SharedHistory>();
    }
}
