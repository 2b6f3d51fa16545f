namespace PostgresNode.Replication;

internal static class ReplicationExtensions
{
    public static void AddReplication(this IServiceCollection services)
    {
        services.AddSingleton<Upstream>();
        services.AddSingleton<Slots>();
        services.AddSingleton<RepmgrRegistration>();
        services.AddSingleton<ServerProbe>();
        services.AddSingleton<SynchronousWait>();
        services.AddSingleton<Promotion>();
    }
}
