using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Docker.Resources;
using Aspire.Hosting.Docker.Resources.ComposeNodes;
using Aspire.Hosting.Docker.Resources.ServiceNodes;
using Aspire.Hosting.Pipelines;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Docker.Publishing;

/// <summary>Writes the model as docker-compose.yaml, and beside it the .env file that names what has to be given.</summary>
internal static class ComposePublisher
{
    public static async Task PublishAsync(DockerComposeEnvironmentResource environment, PipelineStepContext step)
    {
        if (environment.DashboardEnabled)
        {
            throw new DistributedApplicationException("The dashboard as a service comes with a package that this feed lacks: call WithDashboard(false).");
        }

        var network = new Network { Name = environment.DefaultNetworkName ?? "aspire", Driver = "bridge" };
        var file = new ComposeFile().AddNetwork(network);
        foreach (var resource in step.Model.Resources.Where(resource => resource is ProjectResource or ContainerResource && !resource.IsExcludedFromPublish()))
        {
            var owner = new DockerComposeServiceResource(resource.Name, resource, environment);
            var service = await ServiceBuilder.BuildAsync(owner, step);
            foreach (var volume in service.Volumes.Where(volume => volume.Type is "volume"))
            {
                file.AddVolume(new Volume { Name = volume.Name, Driver = "local" });
            }

            service.Networks.Add(network.Name);
            foreach (var customization in resource.Annotations.OfType<DockerComposeServiceCustomizationAnnotation>())
            {
                customization.Configure(owner, service);
            }

            file.AddService(service);
        }

        environment.ConfigureFile?.Invoke(file);
        environment.ConfigureVariables?.Invoke(environment.Variables);
        var folder = Directory.CreateDirectory(step.Services.GetRequiredService<IPipelineOutputService>().GetOutputDirectory()).FullName;
        var path = Path.Combine(folder, "docker-compose.yaml");
        await File.WriteAllTextAsync(path, file.ToYaml(), step.CancellationToken);
        await EnvFile.CompleteAsync(Path.Combine(folder, ".env"), environment.Variables.Values, step.CancellationToken);
        Console.WriteLine($"Published compose file to: {path}");
    }
}
