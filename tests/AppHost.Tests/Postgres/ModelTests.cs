using System.Text.Json;
using AppHost.Postgres;
using Npgsql;

namespace AppHost.Tests.Postgres;

/// <summary>What is in the model, without running it.</summary>
public sealed class ModelTests : IDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(2));
    private readonly DataFolder _data = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public async Task There_is_a_primary_and_as_many_replicas_as_configured(int replicas)
    {
        await using var builder = await BuilderAsync("--Postgres:Runtime=local", $"--Postgres:Replicas={replicas}");

        var nodes = builder.Resources.OfType<ProjectResource>().Where(resource => resource.Name.StartsWith("postgres-", StringComparison.Ordinal)).ToArray();

        Assert.Equal(Enumerable.Range(1, replicas + 1).Select(number => $"postgres-{number}"), nodes.Select(node => node.Name));
        Assert.All(nodes, node => Assert.False(node.Annotations.OfType<EndpointAnnotation>().Single(endpoint => endpoint.Name == "tcp").IsProxied));
    }

    [Fact]
    public async Task Without_an_engine_no_container_is_in_the_model()
    {
        await using var builder = await BuilderAsync("--Postgres:Runtime=auto", "--ASPIRE_CONTAINER_RUNTIME=/no/such/engine");

        Assert.DoesNotContain(builder.Resources, resource => resource.IsContainer());
        Assert.Contains(builder.Resources, resource => resource.Name == "postgres-2");
    }

    [Fact]
    public async Task The_container_runtime_builds_every_node_from_the_same_Dockerfile()
    {
        await using var builder = await BuilderAsync("--Postgres:Runtime=container");

        var nodes = builder.Resources.OfType<PostgresServerResource>().ToArray();

        Assert.Equal(["postgres-1", "postgres-2"], nodes.Select(node => node.Name));
        Assert.All(nodes, node =>
        {
            var build = node.Annotations.OfType<DockerfileBuildAnnotation>().Single();
            Assert.True(File.Exists(build.DockerfilePath), build.DockerfilePath);
            var control = node.Annotations.OfType<EndpointAnnotation>().Single(endpoint => endpoint.Name == "http").TargetPort;
            Assert.Contains($"ASPNETCORE_URLS=http://+:{control}", File.ReadAllText(build.DockerfilePath), StringComparison.Ordinal);
            var server = node.Annotations.OfType<EndpointAnnotation>().Single(endpoint => endpoint.Name == "tcp");
            Assert.Equal((false, null, 5432), (server.IsProxied, server.Port, server.TargetPort));
            var mount = node.Annotations.OfType<ContainerMountAnnotation>().Single();
            Assert.Equal(("/var/lib/postgresql", ContainerMountType.Volume), (mount.Target, mount.Type));
        });
        Assert.Equal(2, nodes.Select(node => node.Annotations.OfType<ContainerMountAnnotation>().Single().Source).Distinct().Count());
    }

    [Fact]
    public async Task An_external_server_takes_the_place_of_all_nodes()
    {
        await using var builder = await BuilderAsync("--Postgres:Runtime=external", "--Postgres:ConnectionString=Host=db.internal;Database=conversations;Username=someone;Password=secret");

        Assert.DoesNotContain(builder.Resources, resource => resource.Name.StartsWith("postgres-", StringComparison.Ordinal) && resource is IResourceWithEndpoints);
        var app = Assert.IsType<ConnectionStringResource>(builder.Resources.Single(resource => resource.Name == "postgres-app"));
        Assert.StartsWith("Host=db.internal", await app.ConnectionStringExpression.GetValueAsync(_limit.Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("a;b='c'")]
    [InlineData("\"a\";Username=postgres")]
    public async Task A_password_is_itself_in_a_connection_string_whatever_it_has_in_it(string password)
    {
        var cluster = new PostgresClusterResource("postgres") { Passwords = { [PostgresRole.App] = new ParameterResource("app-password", _ => password, secret: true) } };

        var text = await cluster.ConnectionStringOf(PostgresRole.App, isPublished: false).GetValueAsync(_limit.Token);
        var read = new NpgsqlConnectionStringBuilder(text);

        Assert.Equal((password, "app_user", "conversations"), (read.Password, read.Username, read.Database));
        Assert.EndsWith(";Password=\"{app-password.value}\"", cluster.ConnectionStringOf(PostgresRole.App, isPublished: true).ValueExpression, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Postgres:Replicas=7", "Postgres:Replicas is 7")]
    [InlineData("--Postgres:Replicas=many", "Postgres:Replicas is 'many'")]
    [InlineData("--Postgres:Runtime=vm", "Postgres:Runtime is 'vm'")]
    [InlineData("--Postgres:Port=70000", "Postgres:Port is 70000")]
    [InlineData("--Postgres:Durability=fast", "Postgres:Durability is 'fast'")]
    [InlineData("--Postgres:Runtime=external", "Postgres:ConnectionString is not given")]
    public async Task A_setting_that_makes_no_sense_is_named_and_nothing_starts(string argument, string message)
    {
        await using var appHost = AppHostProcess.Start(argument);
        await appHost.EndedAsync(_limit.Token);

        Assert.Equal(1, appHost.ExitCode);
        Assert.Contains(message, appHost.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", appHost.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Published_nodes_are_containers_whatever_this_machine_runs_and_carry_no_secret()
    {
        await using var appHost = AppHostProcess.Start(["--publisher", "manifest", "--output-path", _data.Path, .. _data.Arguments]);
        await appHost.EndedAsync(_limit.Token);
        Assert.True(appHost.ExitCode == 0, appHost.Output);

        var text = await File.ReadAllTextAsync(Path.Combine(_data.Path, "aspire-manifest.json"), _limit.Token);
        using var manifest = JsonDocument.Parse(text);
        var node = manifest.RootElement.GetProperty("resources").GetProperty("postgres-2");

        Assert.Equal("container.v1", node.GetProperty("type").GetString());
        Assert.EndsWith("PostgresNode/Dockerfile", node.GetProperty("build").GetProperty("dockerfile").GetString(), StringComparison.Ordinal);
        Assert.Equal("{postgres-1.bindings.tcp.host}", node.GetProperty("env").GetProperty("Postgres__Peers__0__Host").GetString());
        Assert.Equal("{postgres-app-password.value}", node.GetProperty("env").GetProperty("Postgres__Passwords__App").GetString());
        Assert.True(manifest.RootElement.GetProperty("resources").GetProperty("postgres-app-password").GetProperty("inputs").GetProperty("value").GetProperty("secret").GetBoolean());
        Assert.DoesNotContain(_data.Secret, text, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _limit.Dispose();
        _data.Dispose();
    }

    private Task<IDistributedApplicationTestingBuilder> BuilderAsync(params string[] arguments) =>
        DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            [.. RunningPlatform.Arguments($"http://localhost:{RunningPlatform.FreePort()}", "key"), .. _data.Arguments, .. arguments], _limit.Token);
}
