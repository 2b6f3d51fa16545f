namespace PostgresNode.Peers;

internal static class PeersExtensions
{
    public static void AddPeers(this IServiceCollection services)
    {
        services.AddSingleton<PeerClient>();
    }
}
