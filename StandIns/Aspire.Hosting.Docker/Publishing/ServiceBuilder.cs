using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Docker.Resources.ComposeNodes;
using Aspire.Hosting.Docker.Resources.ServiceNodes;
using Aspire.Hosting.Pipelines;

namespace Aspire.Hosting.Docker.Publishing;

/// <summary>Makes a resource of the model a service of the compose file.</summary>
internal static class ServiceBuilder
{
    public static async Task<Service> BuildAsync(DockerComposeServiceResource owner, PipelineStepContext step)
    {
        var service = new Service { Name = owner.Name.ToLowerInvariant(), Image = ImageOf(owner) };
        if (owner.Target is ContainerResource { Entrypoint: { } entrypoint })
        {
            service.Entrypoint.Add(entrypoint);
        }

        await AddEnvironmentAsync(owner, service, step);
        await AddCommandAsync(owner, service, step);
        AddPorts(owner, service);
        AddVolumes(owner, service);
        AddDependencies(owner, service);
        return service;
    }

    private static string ImageOf(DockerComposeServiceResource owner)
    {
        if (owner.Target is ProjectResource || owner.Target.HasAnnotationOfType<DockerfileBuildAnnotation>())
        {
            return owner.ImagePlaceholder();
        }

        if (!owner.Target.TryGetLastAnnotation<ContainerImageAnnotation>(out var image))
        {
            throw new DistributedApplicationException($"Container '{owner.Name}' has no image.");
        }

        var name = image.Registry is null ? image.Image : $"{image.Registry}/{image.Image}";
        return image.SHA256 is null ? $"{name}:{image.Tag}" : $"{name}@sha256:{image.SHA256}";
    }

    private static async Task AddEnvironmentAsync(DockerComposeServiceResource owner, Service service, PipelineStepContext step)
    {
        var context = new EnvironmentCallbackContext(step.ExecutionContext, owner.Target, [], step.CancellationToken);
        foreach (var callback in owner.Target.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await callback.Callback(context);
        }

        foreach (var (key, value) in context.EnvironmentVariables)
        {
            service.AddEnvironmentalVariable(key, ComposeText.Of(value, owner));
        }

        // What the published image listens on; the image itself has a port of its own.
        if (owner.Target.HasAnnotationOfType<IProjectMetadata>() && owner.Target.TryGetEndpoints(out var endpoints)
            && endpoints.Where(endpoint => endpoint.UriScheme is "http").Select(endpoint => ComposeText.PortOf(endpoint, owner.Target, owner.Parent)).ToArray() is { Length: > 0 } ports)
        {
            service.AddEnvironmentalVariable("HTTP_PORTS", string.Join(';', ports));
        }
    }

    private static async Task AddCommandAsync(DockerComposeServiceResource owner, Service service, PipelineStepContext step)
    {
        var context = new CommandLineArgsCallbackContext([], owner.Target, step.CancellationToken) { ExecutionContext = step.ExecutionContext };
        foreach (var callback in owner.Target.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
        {
            await callback.Callback(context);
        }

        service.Command.AddRange(context.Args.Select(argument => ComposeText.Of(argument, owner)));
    }

    private static void AddPorts(DockerComposeServiceResource owner, Service service)
    {
        if (!owner.Target.TryGetEndpoints(out var endpoints))
        {
            return;
        }

        foreach (var endpoint in endpoints)
        {
            var port = ComposeText.PortOf(endpoint, owner.Target, owner.Parent);
            if (!endpoint.IsExternal)
            {
                service.Expose.Add(port);
            }
            else
            {
                service.Ports.Add(endpoint.Port is { } published ? $"{published}:{port}" : port);
            }
        }
    }

    private static void AddVolumes(DockerComposeServiceResource owner, Service service)
    {
        foreach (var mount in owner.Target.Annotations.OfType<ContainerMountAnnotation>())
        {
            // The packages write a variable for a folder of the machine; nothing here needs one.
            if (mount is not { Type: ContainerMountType.Volume, Source: { } name })
            {
                throw new DistributedApplicationException($"Container '{owner.Name}' mounts '{mount.Target}' from no named volume: only those are published here.");
            }

            service.AddVolume(new Volume { Name = name, Type = "volume", Target = mount.Target, Source = name, ReadOnly = mount.IsReadOnly });
        }
    }

    // A container that is there counts as started; that it is healthy as well takes a health check, which the packages know nothing of.
    private static void AddDependencies(DockerComposeServiceResource owner, Service service)
    {
        foreach (var wait in owner.Target.Annotations.OfType<WaitAnnotation>().Where(wait => wait.Resource is ProjectResource or ContainerResource))
        {
            service.DependsOn[wait.Resource.Name.ToLowerInvariant()] = new()
            {
                Condition = wait.WaitType is WaitType.WaitForCompletion ? "service_completed_successfully" : "service_started",
            };
        }
    }
}
