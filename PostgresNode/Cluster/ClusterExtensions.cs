using PostgresNode.Replication;
using PostgresNode.Roles;

namespace PostgresNode.Cluster;

internal static class ClusterExtensions
{
    public static void AddCluster(this IServiceCollection services)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<NodeState>();
        services.AddSingleton<DiskSpace>();
        services.AddSingleton<SetAside>();
        services.AddSingleton<IdentityGuard>();
        services.AddSingleton<Premises>();
        services.AddSingleton<LocalDataReader>();
        services.AddSingleton<PeerClient>();
        services.AddSingleton<Upstream>();
        services.AddSingleton<DataMaker>();
        services.AddSingleton<Replacement>();
        services.AddSingleton<PrimaryHistory>();
        services.AddSingleton<OwnWal>();
        services.AddSingleton<SharedHistory>();
        services.AddSingleton<Rewinder>();
        services.AddSingleton<LocalDatabase>();
        services.AddSingleton<RoleSetup>();
        services.AddSingleton<DatabaseSetup>();
        services.AddSingleton<Slots>();
        services.AddSingleton<RepmgrRegistration>();
        services.AddSingleton<ServerProbe>();
        services.AddSingleton<SynchronousWait>();
        services.AddSingleton<BringUp>();
        services.AddSingleton<Watch>();
        services.AddSingleton<Promotion>();
        services.AddSingleton<NodeSupervisor>();
        services.AddHostedService(provider => provider.GetRequiredService<NodeSupervisor>());
    }
}
