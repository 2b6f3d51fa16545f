namespace PostgresNode.Preflight;

internal static class PreflightExtensions
{
    public static void AddPreflight(this IServiceCollection services)
    {
        services.AddSingleton<IdentityGuard>();
        services.AddSingleton<Premises>();
    }
}
