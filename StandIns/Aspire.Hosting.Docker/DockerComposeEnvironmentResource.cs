using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Docker.Publishing;
using Aspire.Hosting.Docker.Resources;
using Aspire.Hosting.Pipelines;

namespace Aspire.Hosting.Docker;

public class DockerComposeEnvironmentResource : Resource, IComputeEnvironmentResource
{
    public DockerComposeEnvironmentResource(string name) : base(name) =>
        Annotations.Add(new PipelineStepAnnotation(_ =>
        {
            var publish = new PipelineStep { Name = $"publish-{Name}", Action = step => ComposePublisher.PublishAsync(this, step) };
            publish.RequiredBy(WellKnownPipelineSteps.Publish);
            return publish;
        }));

    public string? DefaultNetworkName { get; set; }
    public bool DashboardEnabled { get; set; } = true;

    internal Action<ComposeFile>? ConfigureFile { get; set; }
    internal Action<IDictionary<string, CapturedEnvironmentVariable>>? ConfigureVariables { get; set; }
    internal Dictionary<string, CapturedEnvironmentVariable> Variables { get; } = [];

    /// <summary>Remembers a variable for the .env file.</summary>
    /// <returns>What stands for it in the compose file.</returns>
    internal string Capture(CapturedEnvironmentVariable variable)
    {
        Variables[variable.Name] = variable;
        return $"${{{variable.Name}}}";
    }
}
