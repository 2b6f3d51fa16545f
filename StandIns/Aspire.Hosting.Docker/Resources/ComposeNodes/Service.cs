using Aspire.Hosting.Docker.Resources.ServiceNodes;

namespace Aspire.Hosting.Docker.Resources.ComposeNodes;

public sealed class Service : NamedComposeMember
{
    public string? Image { get; set; }
    public string? ContainerName { get; set; }
    public List<string> Command { get; set; } = [];
    public List<string> Entrypoint { get; set; } = [];
    public Dictionary<string, string> Environment { get; set; } = [];
    public List<string> Ports { get; set; } = [];
    public List<string> Expose { get; set; } = [];
    public List<Volume> Volumes { get; set; } = [];
    public Dictionary<string, ServiceDependency> DependsOn { get; set; } = [];
    public string? User { get; set; }
    public List<string> Networks { get; set; } = [];
    public string? Restart { get; set; }
    public Healthcheck? Healthcheck { get; set; }
    public Dictionary<string, string> Labels { get; set; } = [];
    public string? ShmSize { get; set; }
    public List<string> CapAdd { get; set; } = [];
    public List<string> CapDrop { get; set; } = [];
    public bool? ReadOnly { get; set; }
    public List<string> SecurityOpt { get; set; } = [];
    public string? StopGracePeriod { get; set; }
    public string? StopSignal { get; set; }
    public List<string> Tmpfs { get; set; } = [];

    public Service AddVolume(Volume volume)
    {
        Volumes.Add(volume);
        return this;
    }

    public Service AddEnvironmentalVariable(string key, string? value)
    {
        Environment[key] = value ?? "";
        return this;
    }
}
