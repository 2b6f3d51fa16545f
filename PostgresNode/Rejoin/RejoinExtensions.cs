namespace PostgresNode.Rejoin;

internal static class RejoinExtensions
{
    public static void AddRejoin(this IServiceCollection services)
    {
        services.AddSingleton<Replacement>();
        services.AddSingleton<Rewinder>();
    }
}
