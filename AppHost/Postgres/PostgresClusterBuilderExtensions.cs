using AppHost.Postgres.Data;
using AppHost.Postgres.Health;
using AppHost.Postgres.Nodes;
using AppHost.Postgres.Runtimes;
using AppHost.Services;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace AppHost.Postgres;

internal static partial class PostgresClusterBuilderExtensions
{
    private static readonly TimeSpan _betweenLooks = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Adds a PostgreSQL cluster with pgvector: a primary and streaming replicas, as containers or as processes of this machine,
    /// or the one that <c>Postgres:Runtime=external</c> names.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The cluster's name; its nodes are <c>name-1</c>, <c>name-2</c>, ...</param>
    /// <exception cref="DistributedApplicationException">The configuration under <c>Postgres</c> does not fit.</exception>
    public static IResourceBuilder<PostgresClusterResource> AddPostgresCluster(this IDistributedApplicationBuilder builder, [ResourceName] string name)
    {
        var options = PostgresClusterOptions.From(builder);
        var place = DataPlace.Of(builder, options);
        var runtime = RuntimeChoice.Make(options, builder.ExecutionContext, builder.AppHostAssembly, builder.Configuration["ASPIRE_CONTAINER_RUNTIME"], place.MadeBy);
        var cluster = builder.AddResource(new PostgresClusterResource(name))
            .ExcludeFromManifest()
            .WithIconName("DatabaseMultiple")
            .WithInitialState(new CustomResourceSnapshot { ResourceType = "PostgreSQL cluster", Properties = [new("postgres.runtime", runtime.ToString())] });
        if (runtime is PostgresRuntime.External)
        {
            cluster.Resource.External = builder.AddParameterFromConfiguration($"{name}-connection-string", "Postgres:ConnectionString", secret: true).Resource;
        }
        else
        {
            cluster.AddSecrets();
            cluster.AddNodes(options, runtime);
            cluster.ClaimDataAtStart(place, runtime);
        }

        if (builder.ExecutionContext.IsRunMode)
        {
            builder.Services.AddSingleton<NodeControl>();
            builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<NodeWatch>(services, cluster.Resource));
            builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
                $"{name}_primary", services => ActivatorUtilities.CreateInstance<PrimaryHealthCheck>(services, cluster.Resource), HealthStatus.Unhealthy, tags: null));
            cluster.WithHealthCheck($"{name}_primary").OnInitializeResource(RunAsync);
        }

        return cluster;
    }

    /// <summary>Adds the connection string of one role, to be referenced by services.</summary>
    public static IResourceBuilder<ConnectionStringResource> ConnectionAs(this IResourceBuilder<PostgresClusterResource> cluster, PostgresRole role) =>
        cluster.ApplicationBuilder
            .AddConnectionString($"{cluster.Resource.Name}-{role.ToString().ToLowerInvariant()}", cluster.Resource.ConnectionStringOf(role, cluster.ApplicationBuilder.ExecutionContext.IsPublishMode))
            .WithParentRelationship(cluster);

    // The orchestrator runs nothing for the cluster itself, so nobody else would say that it is there. It is from when a node leads first: that is
    // what services wait for. Its health tells of less as well, such as a replica that is gone, which keeps no service from starting.
    private static async Task RunAsync(PostgresClusterResource cluster, InitializeResourceEvent initialize, CancellationToken cancellationToken)
    {
        await initialize.Eventing.PublishAsync(new BeforeResourceStartedEvent(cluster, initialize.Services), cancellationToken);
        await initialize.Notifications.PublishUpdateAsync(cluster, snapshot => snapshot with { State = KnownResourceStates.Starting });
        var primary = ActivatorUtilities.CreateInstance<PrimaryHealthCheck>(initialize.Services, cluster);
        while ((await primary.CheckHealthAsync(new(), cancellationToken)).Status is not HealthStatus.Healthy)
        {
            await Task.Delay(_betweenLooks, cancellationToken);
        }

        await initialize.Notifications.PublishUpdateAsync(cluster, snapshot => snapshot with
        {
            State = KnownResourceStates.Running, StartTimeStamp = DateTime.UtcNow,
        });
    }

    private static void ClaimDataAtStart(this IResourceBuilder<PostgresClusterResource> cluster, DataPlace place, PostgresRuntime runtime) =>
        cluster.ApplicationBuilder.OnBeforeStart((started, _) =>
        {
            if (cluster.ApplicationBuilder.ExecutionContext.IsRunMode)
            {
                var logger = started.Services.GetRequiredService<ILogger<PostgresClusterResource>>();
                if (place.ClaimedBy is { } former)
                {
                    LogMoved(logger, former, place.Folder);
                }
                else if (place.Orphaned() is { } orphaned)
                {
                    LogOrphaned(logger, orphaned.Clone, orphaned.Folder);
                }

                place.Claim(runtime);
            }

            return Task.CompletedTask;
        });

    [LoggerMessage(Level = LogLevel.Information, Message = "This clone was {Clone} before; its data in {Folder} stays its own.")]
    private static partial void LogMoved(ILogger logger, string clone, string folder);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A new, empty database is made. The clone {Clone} is gone, but its data still lies in {Folder}: if this is that clone under another name, stop, and let 'dotnet run --project AppHost -- reset' and then '-- adopt {Folder}' make that data this clone's; if it is not needed any more, delete that folder.")]
    private static partial void LogOrphaned(ILogger logger, string clone, string folder);

    private static void AddSecrets(this IResourceBuilder<PostgresClusterResource> cluster)
    {
        foreach (var role in Enum.GetValues<PostgresRole>())
        {
            cluster.Resource.Passwords[role] = Secret($"{role.ToString().ToLowerInvariant()}-password");
        }

        cluster.Resource.ControlKey = Secret("control-key");

        ParameterResource Secret(string suffix) => cluster.ApplicationBuilder.AddGeneratedSecret($"{cluster.Resource.Name}-{suffix}").Resource;
    }
}
