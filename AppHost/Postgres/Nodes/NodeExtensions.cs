using AppHost.Postgres.Data;
using AppHost.Postgres.Runtimes;
using AppHost.Services;

namespace AppHost.Postgres.Nodes;

/// <summary>The nodes as resources: the same settings for both runtimes, whose differences end here.</summary>
internal static class NodeExtensions
{
    // As PostgresNode/Dockerfile has it.
    private const int ImageControlPort = 8008;

    public static void AddNodes(this IResourceBuilder<PostgresClusterResource> cluster, PostgresClusterOptions options, PostgresRuntime runtime)
    {
        for (var number = 1; number <= options.Replicas + 1; number++)
        {
            if (runtime is PostgresRuntime.Container)
            {
                cluster.AddContainerNode(number, options);
            }
            else
            {
                cluster.AddLocalNode(number, options);
            }
        }
    }

    private static void AddLocalNode(this IResourceBuilder<PostgresClusterResource> cluster, int number, PostgresClusterOptions options)
    {
        var builder = cluster.ApplicationBuilder;
        var place = DataPlace.Of(builder, options);
        var installation = PostgresInstallation.For(builder, options, place);
        var node = builder.AddProject<Projects.PostgresNode>(NameOf(cluster, number), project => project.ExcludeLaunchProfile = true)
            .WithEndpoint(port: options.Port + number - 1, scheme: "tcp", name: PostgresClusterResource.ServerEndpoint, isProxied: false)
            .WithHttpEndpoint(name: PostgresClusterResource.ControlEndpoint)
            .WithTelemetryThatNeverHoldsUp()
            .OnBeforeResourceStarted((resource, started, cancellationToken) => installation.PrepareAsync(resource, started.Services, cancellationToken));
        cluster.Complete(node, number, options)
            .WithEnvironment("Postgres__Runtime", "local")
            .WithEnvironment("Postgres__EndWithParent", "true")
            .WithEnvironment("Postgres__Checkout", place.Checkout)
            .WithEnvironment("Postgres__DataDir", Path.Combine(place.Folder, node.Resource.Name))
            .WithEnvironment("Postgres__Port", ReferenceExpression.Create($"{node.GetEndpoint(PostgresClusterResource.ServerEndpoint).Property(EndpointProperty.Port)}"))
            .WithEnvironment(async context => context.EnvironmentVariables["Postgres__BinDir"] = await installation.BinDirAsync(context.CancellationToken));
    }

    private static void AddContainerNode(this IResourceBuilder<PostgresClusterResource> cluster, int number, PostgresClusterOptions options)
    {
        var builder = cluster.ApplicationBuilder;
        var superuser = builder.CreateResourceBuilder(cluster.Resource.Passwords[PostgresRole.Superuser]);
        var node = builder.AddPostgres(NameOf(cluster, number), password: superuser, port: options.Port + number - 1)
            .WithDockerfile(Path.Combine(builder.AppHostDirectory, ".."), "PostgresNode/Dockerfile")
            .WithEndpoint(PostgresClusterResource.ServerEndpoint, endpoint =>
            {
                // Said even when it is null: without a proxy the port would else be the server's own, on every node.
                endpoint.IsProxied = false;
                endpoint.Port = options.Port + number - 1;
            })
            .WithHttpEndpoint(targetPort: ImageControlPort, name: PostgresClusterResource.ControlEndpoint)
            .WithTelemetryThatNeverHoldsUp()
            .ComposedAsNode(ImageControlPort);

        // PostgreSQL 18's image keeps its data below this path.
        node.WithVolume(VolumeOf(node, options), "/var/lib/postgresql");
        cluster.Complete(node, number, options)
            .WithEnvironment("Postgres__Runtime", "container")
            .WithEnvironment("Postgres__Checkout", cluster.Resource.Name)
            .WithEnvironment("Postgres__DataDir", "/var/lib/postgresql/node")
            .WithEnvironment("Postgres__Host", NameOf(cluster, number))
            .WithEnvironment("Postgres__ListenAddress", "*")
            .WithEnvironment("Postgres__ClientNetworks__0", "samenet")
            .WithEnvironment("Postgres__Port", "5432");
        if (builder.ExecutionContext.IsRunMode)
        {
            // The package's health check and tools log in as the superuser, from this machine and the containers' network.
            node.WithEnvironment("Postgres__SuperuserNetworks__0", "samenet");
        }
    }

    // Run, its name goes with the clone, not with the clone's path. In a compose file it goes with the project that Compose puts before it.
    private static string VolumeOf(IResourceBuilder<PostgresServerResource> node, PostgresClusterOptions options)
    {
        var builder = node.ApplicationBuilder;
        return builder.ExecutionContext.IsRunMode ? $"{DataPlace.Of(builder, options).VolumePrefix}-{node.Resource.Name}-data"
            : builder.PublishesCompose() ? $"{node.Resource.Name}-data"
            : VolumeNameGenerator.Generate(node, "data");
    }

    private static IResourceBuilder<T> Complete<T>(this IResourceBuilder<PostgresClusterResource> cluster, IResourceBuilder<T> node, int number, PostgresClusterOptions options)
        where T : IResourceWithEnvironment, IResourceWithEndpoints
    {
        cluster.Resource.Nodes.Add(node.Resource);
        return node
            .WithEnvironment(context => DescribePeers(cluster.Resource, node.Resource, context.EnvironmentVariables))
            .WithEnvironment(context => DescribeSecrets(cluster.Resource, context.EnvironmentVariables))
            .WithEnvironment("Postgres__NodeName", node.Resource.Name)
            .WithEnvironment("Postgres__NodeId", number.ToString(System.Globalization.CultureInfo.InvariantCulture))
            .WithEnvironment("Postgres__Database", PostgresClusterResource.Database)
            .WithEnvironment("Postgres__Durability", options.Durability)
            .WithEnvironment("Postgres__SetAsideToKeep", options.SetAsideToKeep.ToString(System.Globalization.CultureInfo.InvariantCulture))
            .WithHttpHealthCheck("/health", endpointName: PostgresClusterResource.ControlEndpoint)
            .WithParentRelationship(cluster)
            .WithIconName("Database");
    }

    // Written when a node starts: each names the others, and they are all known only then.
    private static void DescribePeers(PostgresClusterResource cluster, IResource self, Dictionary<string, object> environment)
    {
        var peers = cluster.Nodes.Where(peer => !ReferenceEquals(peer, self)).ToArray();
        for (var i = 0; i < peers.Length; i++)
        {
            var server = peers[i].GetEndpoint(PostgresClusterResource.ServerEndpoint);
            environment[$"Postgres__Peers__{i}__Name"] = peers[i].Name;
            environment[$"Postgres__Peers__{i}__Host"] = server.Property(EndpointProperty.Host);
            environment[$"Postgres__Peers__{i}__Port"] = server.Property(EndpointProperty.Port);
            environment[$"Postgres__Peers__{i}__ControlUrl"] = peers[i].GetEndpoint(PostgresClusterResource.ControlEndpoint);
        }
    }

    private static void DescribeSecrets(PostgresClusterResource cluster, Dictionary<string, object> environment)
    {
        foreach (var (role, password) in cluster.Passwords)
        {
            environment[$"Postgres__Passwords__{role}"] = password;
        }

        environment["Postgres__ControlKey"] = cluster.ControlKey!;
    }

    private static string NameOf(IResourceBuilder<PostgresClusterResource> cluster, int number) => $"{cluster.Resource.Name}-{number}";
}
