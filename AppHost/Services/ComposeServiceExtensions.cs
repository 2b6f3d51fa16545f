using System.Globalization;
using AppHost.Postgres;
using Aspire.Hosting.Docker.Resources.ComposeNodes;
using Aspire.Hosting.Docker.Resources.ServiceNodes;

namespace AppHost.Services;

/// <summary>What the services are in a compose file, beyond what their model says: images, restarts, health, order, addresses.</summary>
internal static class ComposeServiceExtensions
{
    public const string ImageSuffix = "_IMAGE";
    public const string AddressVariable = "API_ADDRESS";

    // Plain HTTP: what ends TLS stands on the same machine, or somebody says otherwise.
    public const string DefaultAddress = "127.0.0.1:8080";

    // As .NET's images have it.
    private const int ImagePort = 8080;

    /// <summary>A database node: it stays up, has time to end well, and others can wait for its health.</summary>
    /// <param name="node">The node.</param>
    /// <param name="controlPort">Where its control API listens in the container.</param>
    public static IResourceBuilder<T> ComposedAsNode<T>(this IResourceBuilder<T> node, int controlPort) where T : IComputeResource =>
        node.Composed("postgres-node", service =>
        {
            service.Restart = "unless-stopped";
            service.StopGracePeriod = "60s";
            // The image's own, which images in the OCI format cannot carry. A replica that is cloned, or a server that recovers, takes its time.
            service.Healthcheck = new Healthcheck
            {
                Test = ["CMD", "/bin/bash", "-c", string.Create(CultureInfo.InvariantCulture,
                    $@"exec 3<>/dev/tcp/127.0.0.1/{controlPort} && printf 'GET /health HTTP/1.0\r\n\r\n' >&3 && head -n 1 <&3 | grep -q ' 200 '")],
                Interval = "5s", Timeout = "3s", Retries = 3, StartPeriod = "10m",
            };
        });

    /// <summary>A job that runs once, when every node is healthy. A failure is left to be read, and nothing that waits for it starts.</summary>
    public static IResourceBuilder<ProjectResource> ComposedAsJob(this IResourceBuilder<ProjectResource> job, IResourceBuilder<PostgresClusterResource> cluster) =>
        job.Composed(job.Resource.Name, service =>
        {
            service.Restart = "no";
            foreach (var node in cluster.Resource.Nodes)
            {
                service.DependsOn[node.Name] = new ServiceDependency { Condition = "service_healthy" };
            }
        });

    /// <summary>A service that stays up, and ends what it has begun before it goes.</summary>
    public static IResourceBuilder<ProjectResource> ComposedAsService(this IResourceBuilder<ProjectResource> builder) =>
        builder.Composed(builder.Resource.Name, service =>
        {
            service.Restart = "unless-stopped";
            // Above Shutdown:Timeout.
            service.StopGracePeriod = "30s";
        });

    /// <summary>Publishes the service's port on the machine, at an address that can be chosen there.</summary>
    public static IResourceBuilder<ProjectResource> ComposedWithAddress(this IResourceBuilder<ProjectResource> builder)
    {
        if (!builder.ApplicationBuilder.PublishesCompose())
        {
            return builder;
        }

        return builder
            .WithEndpoint("http", endpoint => endpoint.TargetPort = ImagePort, createIfNotExists: false)
            .PublishAsDockerComposeService((_, service) => service.Ports =
                [string.Create(CultureInfo.InvariantCulture, $"${{{AddressVariable}:-{DefaultAddress}}}:{ImagePort}")]);
    }

    private static IResourceBuilder<T> Composed<T>(this IResourceBuilder<T> builder, string image, Action<Service> configure) where T : IComputeResource
    {
        // Without an environment that takes it the packages refuse it.
        if (!builder.ApplicationBuilder.PublishesCompose())
        {
            return builder;
        }

        return builder.PublishAsDockerComposeService((_, service) =>
        {
            service.Image = $"${{{service.Name.ToUpperInvariant().Replace('-', '_')}{ImageSuffix}:-conversation-platform/{image}:latest}}";
            // None of the images runs as root, and none needs to become it.
            service.CapDrop = ["ALL"];
            service.SecurityOpt = ["no-new-privileges:true"];
            configure(service);
        });
    }
}
