#pragma warning disable ASPIREPIPELINES001 // as the packages mark it
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Pipelines;

namespace StandIns.Tests.Hosting;

public sealed class PublishingTests
{
    [Fact]
    public async Task A_step_runs_after_all_that_it_needs_and_each_runs_once()
    {
        await using var test = Publishing("publish");
        var ran = new List<string>();
        var resource = test.Builder.AddParameter("p", "");
        Step("last", requiredBy: ["publish"], dependsOn: ["first", "second"]);
        Step("second", requiredBy: ["last"], dependsOn: ["first"]);
        Step("first", requiredBy: ["publish"], dependsOn: []);
        Step("other", requiredBy: ["deploy"], dependsOn: []);

        await test.StartAsync();

        Assert.Equal(["first", "second", "last"], ran);

        void Step(string name, string[] requiredBy, string[] dependsOn) => resource.WithAnnotation(new PipelineStepAnnotation(_ => new PipelineStep
        {
            Name = name, RequiredBySteps = [.. requiredBy], DependsOnSteps = [.. dependsOn], Action = _ => { ran.Add(name); return Task.CompletedTask; },
        }));
    }

    [Theory]
    [InlineData("publish-elsewhere", "'publish-elsewhere' is not known")]
    [InlineData("", "--step <step>")]
    public async Task A_step_that_is_not_there_is_named_with_those_that_are(string step, string message)
    {
        await using var test = Publishing(step);

        var refused = await Assert.ThrowsAsync<DistributedApplicationException>(test.StartAsync);

        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        Assert.Contains("publish-manifest, publish", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_compose_file_has_services_by_their_names_parameters_as_variables_and_the_order()
    {
        await using var test = Publishing("publish");
        test.Builder.AddDockerComposeEnvironment("compose").WithDashboard(false);
        var secret = test.Builder.AddParameter("the-secret", "hidden", secret: true);
        var job = test.Builder.AddContainer("job", "registry.example/job", "1.2").WithEntrypoint("/run").WithArgs("--all", "yes");
        var store = test.Builder.AddContainer("store", "store").WithEndpoint(targetPort: 6379, name: "tcp").WithVolume("kept", "/data");
        test.Builder.AddProject("web", Path.Combine(test.Folder, "Web.csproj")).WithHttpEndpoint()
            .WithEnvironment("STORE", $"{store.GetEndpoint("tcp").Property(EndpointProperty.HostAndPort)};key={secret}")
            .WaitFor(store).WaitForCompletion(job)
            .PublishAsDockerComposeService((_, service) => service.Restart = "no");

        await test.StartAsync();

        var folder = Path.Combine(test.Folder, "out");
        Assert.Equal("""
            services:
              job:
                image: registry.example/job:1.2
                command:
                  - --all
                  - "yes"
                entrypoint:
                  - /run
                networks:
                  - aspire
              store:
                image: store:latest
                expose:
                  - "6379"
                volumes:
                  - type: volume
                    target: /data
                    source: kept
                    read_only: false
                networks:
                  - aspire
              web:
                image: ${WEB_IMAGE}
                environment:
                  OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY: in_memory
                  STORE: store:6379;key=${THE_SECRET}
                  HTTP_PORTS: ${WEB_PORT}
                expose:
                  - ${WEB_PORT}
                depends_on:
                  store:
                    condition: service_started
                  job:
                    condition: service_completed_successfully
                networks:
                  - aspire
                restart: "no"
            networks:
              aspire:
                driver: bridge
            volumes:
              kept:
                driver: local

            """, await File.ReadAllTextAsync(Path.Combine(folder, "docker-compose.yaml"), test.Limit));
        Assert.Equal(["THE_SECRET=", "WEB_IMAGE=", "WEB_PORT="], (await File.ReadAllLinesAsync(Path.Combine(folder, ".env"), test.Limit)).Where(line => line.Contains('=', StringComparison.Ordinal)));
    }

    private static TestApplication Publishing(string step) => new("--operation", "publish", "--step", step, "--output-path", "out");
}
