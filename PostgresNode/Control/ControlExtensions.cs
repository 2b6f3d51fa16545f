namespace PostgresNode.Control;

internal static class ControlExtensions
{
    public static void AddControl(this IServiceCollection services)
    {
        services.AddSingleton<NodeState>();
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ControlJson.Default));
        services.AddHealthChecks().AddCheck<ServerHealthCheck>("postgres");
    }
}
