namespace AppHost.Postgres.Nodes;

internal static class NodeControlExtensions
{
    /// <summary>Tells a service where the nodes' control API is and gives it the key. Nothing is told of a server that somebody else runs.</summary>
    public static IResourceBuilder<T> WithNodeControl<T>(this IResourceBuilder<T> builder, IResourceBuilder<PostgresClusterResource> cluster) where T : IResourceWithEnvironment =>
        builder.WithEnvironment(context =>
        {
            for (var i = 0; i < cluster.Resource.Nodes.Count; i++)
            {
                var node = cluster.Resource.Nodes[i];
                var server = node.GetEndpoint(PostgresClusterResource.ServerEndpoint);
                context.EnvironmentVariables[$"Nodes__{i}__Name"] = node.Name;
                context.EnvironmentVariables[$"Nodes__{i}__Address"] = node.GetEndpoint(PostgresClusterResource.ControlEndpoint);
                context.EnvironmentVariables[$"Nodes__{i}__ControlKey"] = cluster.Resource.ControlKey!;
                context.EnvironmentVariables[$"Nodes__{i}__Server"] = ReferenceExpression.Create($"{server.Property(EndpointProperty.Host)}:{server.Property(EndpointProperty.Port)}");
            }
        });
}
