namespace PostgresNode.Supervision;

internal static class SupervisionExtensions
{
    public static void AddSupervision(this IServiceCollection services)
    {
        services.AddSingleton<Watch>();
        services.AddSingleton<NodeSupervisor>();
        services.AddHostedService(provider => provider.GetRequiredService<NodeSupervisor>());
    }
}
